"""A step of the group with people on its posts, and a sheet of it in each state."""

from admissions.operations.steps.services import hold_run
from tests.factories.steps import Staffed, confirmed, executed, on_post, ordered, passed, taken, with_material
from tests.factories.workgroups import PostFactory
from tests.house.lookers import LEADER, MEMBER
from tests.house.world import INSTITUTION_NAME, MEMBER_NAME, World
from tests.trail import setting_up
from workgroups.groups.models import Step, StepDuty


def plant(world: World) -> None:
    """A step the leader answers for and the member executes: a sheet in each state, one about the institution."""
    group = world.group
    posts = {"L": world.leader.post, "A": world.member.post}
    posts |= {letter: PostFactory(group=group, name=f"投档{letter}") for letter in "RS"}
    people = {"L": world.who[LEADER], "A": world.who[MEMBER], "R": on_post(posts["R"]), "S": on_post(posts["S"])}
    with setting_up():
        step = Step(season=world.season, stage="filing", name="投档操作", order=5)
        step.save()
        for letter, post in posts.items():
            StepDuty(step=step, post=post, letter=letter).save()
    of = Staffed(group, step, posts, people)
    colleague = Staffed(group, step, posts, people | {"A": on_post(posts["A"])})
    about = {"title": f"{INSTITUTION_NAME}投档", "institution": world.institution}
    world.keep(
        run=executed(
            colleague,
            ordered(of, **about),
            text=f"{INSTITUTION_NAME}投档12人。",
            material=f"{INSTITUTION_NAME}投档线",
        ),
        pending_run=with_material(of, ordered(of), f"{MEMBER_NAME}误传"),
        taken_run=taken(of),
        passed_run=passed(of),
        confirmed_run=confirmed(of),
        held_run=hold_run(actor=of.by("S"), reason="备份未完成", run=executed(of)),
    )
    world.keep(reviewer=people["R"], overseer=people["S"])
    world.keep(material=world.run.materials.get(), wrong_material=world.pending_run.materials.get())
