"""Pledges that were signed, a text that is being drafted, a scan that waits."""

from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.house.lookers import MEMBER
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up
from workgroups.pledges.models import Pledge, PledgeClause, PledgeScan, PledgeTemplate, PledgeVersion


def plant(world: World) -> None:
    now, season = timezone.now(), world.season
    with setting_up():
        template = PledgeTemplate(season=season, kind="post", name="岗位承诺书", ranks=["leader", "deputy", "member"])
        template.save()
        version = PledgeVersion(
            template=template,
            number=1,
            opening="我承诺：",
            closing="如违反，承担责任。",
            status="published",
            published_at=now,
        )
        version.save()
        PledgeClause(version=version, order=1, clause=world.clause).save()
        draft = PledgeVersion(template=template, number=2, opening="我承诺：", closing="完。")
        draft.save()
        pledge = Pledge(
            appointment=world.leader,
            version=version,
            answer="signed",
            answered_at=now,
            person_name="组长",
            post_name="组长",
            text="岗位承诺书\n正文",
            clauses=[],
            content_hash="0" * 64,
            code="ABCD-EFGH-JKMN",
        )
        pledge.save()
        own = Pledge(
            appointment=world.member,
            version=version,
            answer="signed",
            answered_at=now,
            person_name=MEMBER_NAME,
            post_name="计划员",
            text=f"岗位承诺书\n{MEMBER_NAME}",
            clauses=[],
            content_hash="1" * 64,
            code="ABCD-EFGH-JKMP",
        )
        own.save()
        other = PledgeTemplate(season=season, kind="post", name="保密承诺书", ranks=["leader"])
        other.save()
        whole = PledgeVersion(template=other, number=1, opening="我承诺：", closing="完。")
        whole.save()
        PledgeClause(version=whole, order=1, clause=world.clause).save()
        on_paper = Pledge(
            appointment=world.member,
            version=version,
            answer="signed",
            answered_at=now,
            person_name=MEMBER_NAME,
            post_name="计划员",
            text=f"岗位承诺书\n{MEMBER_NAME}",
            clauses=[],
            content_hash="2" * 64,
            code="ABCD-EFGH-JKMQ",
            method="scan",
        )
        on_paper.save()
    world.keep(whole_version=whole, pledge_on_paper=on_paper, published_version=version)
    world.keep(template=template, version=draft, pledge=pledge, member_pledge=own)
    _scan(world)


def _scan(world: World) -> None:
    """A pledge signed on paper that waits for its comparison, and one that did not pass it."""
    now = timezone.now()
    given = {
        "appointment": world.member,
        "version": world.member_pledge.version,
        "signer": world.who[MEMBER],
        "file": world.file,
        "signed_on": timezone.localdate(),
        "content_hash": "1" * 64,
        "uploaded_by": UserFactory(),
        "uploaded_at": now,
    }
    with setting_up():
        scan = PledgeScan(**given)
        scan.save()
        verdict = f"不是{MEMBER_NAME}的笔迹"
        PledgeScan(**given, status="refused", compared_by=UserFactory(), compared_at=now, verdict=verdict).save()
    world.keep(scan=scan)
