"""One record of each kind in the world, and who gives sight of it."""

from tests.house.lookers import LEADER, SUPERVISOR

KINDS = ("meeting", "item", "run", "submission", "opinion", "file", "group")


def record_of(world, kind):
    names = {"item": "named_item", "opinion": "supervision"}
    return world.records[names.get(kind, kind)]


def giver_of(world, kind):
    names = {"run": LEADER, "submission": LEADER, "opinion": SUPERVISOR, "group": SUPERVISOR}
    if kind == "file":
        return again(world.file.uploaded_by)
    return again(world.who[names.get(kind, "secretariat")])


def again(user):
    """As the next request sees the person."""
    return type(user)._base_manager.get(pk=user.pk)


def sees(user, record):
    return type(record).objects.visible_to(again(user)).filter(pk=record.pk).exists()
