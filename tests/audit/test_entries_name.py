"""Every kind of entry about a record, read by who must keep away from whom the record names, and by who need not."""

import pytest
from django.test import RequestFactory

from admissions.accounts.enums import Role
from admissions.audit import attempts
from admissions.audit.actions import Action, Origin
from admissions.audit.commands import machine_action, record_refused_post
from admissions.audit.enums import HIDDEN, Outcome
from admissions.audit.models import Event
from admissions.audit.naming import meant_by, named_by_paths
from admissions.audit.trail import (
    naming_scope,
    record_export,
    record_list_export,
    record_look,
    record_read,
    scope_of,
    write_event,
)
from admissions.core.decision import deny
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import kept_from_item
from tests.factories.recusal import fact_about
from tests.factories.supervision import again
from tests.house.marked import audited
from tests.house.world import INSTITUTION_NAME, MEMBER_NAME
from workgroups.recusal.enums import ScopeKind

pytestmark = pytest.mark.django_db
NAMES = (MEMBER_NAME, INSTITUTION_NAME)


def about(world, model):
    """A planted row that names the member, the institution or the item that is kept from the reader."""
    hidden = {f"person:{world.member.person_id}", f"institution:{world.institution.pk}", f"item:{world.item_apart.pk}"}
    paths = [path for kind, path in model.RECUSAL_PATHS.items()]
    for row in model._base_manager.order_by("pk")[:200] if paths else ():
        if named_by_paths(row) & hidden:
            return row
    return None


@pytest.fixture
def readers(world):
    """(an audit administrator who must keep away, one who need not)"""
    kept, other = user_with(Role.AUDIT_ADMIN), user_with(Role.AUDIT_ADMIN)
    for kind, key in ((ScopeKind.PERSON, world.member.person_id), (ScopeKind.INSTITUTION, world.institution.pk)):
        fact_about(kept, world.season, kind=kind, key=key, state="confirmed")
    kept_from_item(kept, world.item_apart)
    return again(kept), again(other)


def written_about(actor, row):
    """An entry of each kind that can name a record: by a command, refused, by the machine, read, looked through, exported, tried at."""
    scope = scope_of(row)
    yield write_event(Action("test.act", "试办", actor, "试办", target=row), Outcome.DONE, scope)
    yield write_event(Action("test.act", "试办", actor, "试办", target=row), Outcome.REFUSED, scope, refusal="不行")
    with machine_action("test.machine", "试办", "到期", target=row) as action:
        pass
    yield action.event_id
    yield record_read(actor=actor, target=row, purpose="查阅")
    yield record_look(actor=actor, title=f"{row}的经过", filters={}, scope=naming_scope(row))
    yield record_export(
        actor=actor, name=f"{row}的经过", filters={}, row_count=1, rowset_hash="0", scope=naming_scope(row)
    )
    post = RequestFactory().post("/")
    post.user = actor
    record_refused_post(post, "test.post", "试办", row, deny("不行"))
    yield Event.objects.filter(action="test.post").newest_first()[0].pk
    if tried := attempts.note(actor.pk, row._meta.label, str(row.pk), Origin("127.0.0.1", "")):
        yield tried


def test_whoever_keeps_away_reads_none_of_the_entries_about_a_record(world, readers):
    kept, other = readers
    author, seen, kinds = UserFactory(), {}, set()
    for model in audited():
        row = about(world, model)
        if row is not None:
            kinds.add(model._meta.label)
            seen |= dict.fromkeys(written_about(author, row), model._meta.label)
    assert len(kinds) > 50, "what is named by nothing is tried by nobody"
    told = set(Event.objects.visible_to(kept).filter(pk__in=seen).values_list("pk", flat=True))
    assert sorted({seen[pk] for pk in told}) == []
    assert Event.objects.visible_to(other).filter(pk__in=seen).count() == len(seen)


def test_a_record_tells_the_ledger_all_that_hides_it(world):
    """What its paths name stands in its scope, so that a command's entry about it is withheld like the record."""
    lacking = set()
    for model in audited():
        for row in model._base_manager.order_by("-pk")[:5] if model.RECUSAL_PATHS else ():
            if named_by_paths(row) - set(scope_of(row).all_subjects()):
                lacking.add(model._meta.label)
    assert sorted(lacking) == []


def test_no_planted_entry_is_read_by_who_keeps_away_from_whom_it_names(world, readers):
    """Written by the commands themselves: whatever words stand in it."""
    kept, other = readers
    naming = [row for row in Event.objects.visible_to(other) if any(name in words(row) for name in NAMES)]
    assert len({row.action for row in naming}) > 30
    assert (
        sorted({row.action for row in Event.objects.visible_to(kept) if any(name in words(row) for name in NAMES)})
        == []
    )


def words(event):
    return " ".join(
        (event.reason, event.refusal, event.target_label, event.action_label, event.person_label, str(event.details))
    )


def test_words_of_a_search_name_whom_they_find(world, readers):
    kept, other = readers
    person, institution = f"person:{world.member.person_id}", f"institution:{world.institution.pk}"
    assert (
        meant_by([MEMBER_NAME])
        == {person}
        == meant_by([MEMBER_NAME[:2]])
        == meant_by([f" {MEMBER_NAME[0]} {MEMBER_NAME[1:]}"])
    )
    assert institution in meant_by([INSTITUTION_NAME]) and meant_by([INSTITUTION_NAME[:1], ""]) == set()
    assert f"item:{world.item_apart.pk}" in meant_by([world.item_apart.title])
    for search in (MEMBER_NAME, MEMBER_NAME[:2], INSTITUTION_NAME, world.item_apart.title):
        record_look(actor=again(other), title="留痕总览", filters={"姓名或对象": search})
        record_export(actor=again(other), name="人员", filters={"检索": search}, row_count=1, rowset_hash="0")
        record_list_export_of(again(other), search)
    looks = Event.objects.filter(actor_id=other.pk)
    assert looks.count() == 12 and looks.visible_to(kept).count() == 0 and looks.visible_to(other).count() == 12


def record_list_export_of(actor, search):
    request = RequestFactory().get("/")
    request.user = actor
    record_list_export(request, "人员", {"检索": search}, 1, "0", "核对")


def test_old_entries_are_withheld_by_their_words(world, readers):
    kept, other = readers
    old = [
        Action("trail.look", "查阅留痕", other, f"{MEMBER_NAME}的经过"),
        Action("trail.export", f"导出《{INSTITUTION_NAME}的经过》", other, ""),
        Action("trail.look", "查阅留痕", other, "留痕总览", details={"filters": {"姓名": MEMBER_NAME}}),
    ]
    keys = [write_event(action, Outcome.READ, scope_of(None)) for action in old]
    assert Event.objects.visible_to(kept).filter(pk__in=keys).count() == 0
    assert Event.objects.visible_to(other).filter(pk__in=keys).count() == len(keys)


def test_an_attempt_at_a_file_is_told_as_what_the_file_is_attached_to(world, readers):
    kept, _ = readers
    file = world.paper.file
    assert f"institution:{world.institution.pk}" in file.trail_scope().subjects
    entry = Event.objects.get(pk=attempts.note(kept.pk, "evidence.StoredFile", str(file.pk), Origin("127.0.0.1", "")))
    assert entry.action == HIDDEN and entry.details == {"recused": True} and "应当回避" in entry.refusal
    assert not Event.objects.visible_to(kept).filter(pk=entry.pk).exists()
