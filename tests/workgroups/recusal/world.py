"""A declaration, suspected facts, a ruling to be co-signed, a screening and a challenge."""

from typing import Any

from django.utils import timezone

from admissions.core.ids import uuid7
from tests.factories.recusal import (
    CandidateBatchFactory,
    RelativeKindFactory,
    declared,
    fact_about,
    id_number,
    officer,
    relative,
)
from tests.house.lookers import MEMBER, RECUSALS
from tests.house.world import INSTITUTION_NAME, MEMBER_NAME, World
from tests.trail import setting_up
from workgroups.recusal.enums import Verdict
from workgroups.recusal.models import ActReview, LateDiscovery, Screening
from workgroups.recusal.services.challenging import raise_challenge, rule_challenge, set_challenge_days
from workgroups.recusal.services.declaring import ask_withdrawal
from workgroups.recusal.services.facts import Scope
from workgroups.recusal.services.ruling import cosign_fact_ruling, rule_fact, rule_withdrawal
from workgroups.recusal.services.screening import start_screening


def plant(world: World) -> None:
    member, season = world.who[MEMBER], world.season
    kind = RelativeKindFactory()
    note = f"{MEMBER_NAME}的外甥"
    relatives = (relative(id_number(number), relative_kind=kind, note=note) for number in (1, 2, 3))
    declaration = declared(member, season, *relatives)
    first, *asked = declaration.relations.order_by("pk")
    fact = fact_about(member, season, kind="institution", key=world.institution.pk, reason=f"{MEMBER_NAME}在校兼职")
    waiting = fact_about(world.account, season, kind="institution", key=world.institution.pk, label=INSTITUTION_NAME)
    reason = f"与{INSTITUTION_NAME}往来属实"
    ruling = rule_fact(actor=officer(), reason=reason, fact=waiting, verdict=Verdict.CONFIRM)
    CandidateBatchFactory(season=season)
    screening = start_screening(actor=world.who[RECUSALS], reason="例行", season=season)
    challenge = raise_challenge(
        actor=world.who[MEMBER],
        reason="与院校有往来",
        season=season,
        subject_person=world.account,
        scope=Scope("institution", str(world.institution.pk), INSTITUTION_NAME),
    )
    world.keep(
        declaration=declaration,
        relation=first,
        fact=fact,
        ruling=ruling,
        screening=screening,
        challenge=challenge,
    )
    _withdrawing(world, asked)
    _ruled(world)
    _challenging(world)
    _found_later(world)
    world.keep(interrupted=_interrupted(world))


def _withdrawing(world: World, relations: list[Any]) -> None:
    """Two relations the member wants to withdraw: one waits, one was ruled on and waits for the second signature."""
    waiting, ruled = (
        ask_withdrawal(actor=world.who[MEMBER], reason=f"{MEMBER_NAME}已离异", relation=relation)
        for relation in relations
    )
    ruling = rule_withdrawal(actor=officer(), reason=f"{MEMBER_NAME}情况属实", request=ruled, verdict="agree")
    world.keep(withdrawal=waiting, withdrawal_ruling=ruling)


def _ruled(world: World) -> None:
    """A fact about the member on which two officers have signed."""
    fact = fact_about(world.who[MEMBER], world.season, kind="school", key="S1", label=f"{MEMBER_NAME}母校")
    ruling = rule_fact(actor=officer(), reason=f"{MEMBER_NAME}任教属实", fact=fact, verdict=Verdict.CONFIRM)
    cosign_fact_ruling(actor=officer(), reason=f"同意{MEMBER_NAME}回避", ruling=ruling)


def _challenging(world: World) -> None:
    """A challenge about the member that one officer has ruled on."""
    challenge = raise_challenge(
        actor=world.account,
        reason=f"{MEMBER_NAME}与考生同住",
        season=world.season,
        subject_person=world.who[MEMBER],
        scope=Scope("institution", str(world.institution.pk), INSTITUTION_NAME),
    )
    ruling = rule_challenge(actor=officer(), reason=f"{MEMBER_NAME}须回避", challenge=challenge, verdict="uphold")
    set_challenge_days(actor=world.who[RECUSALS], reason="设定", season=world.season, days=3, basis="实施细则第五条")
    world.keep(ruled_challenge=challenge, challenge_ruling=ruling)


def _found_later(world: World) -> None:
    """Acts of the member that are looked at again, by an officer."""
    now, reviewer = timezone.now(), world.who[RECUSALS]
    fact = fact_about(
        world.who[MEMBER], world.season, kind="district", key="430102", label=f"{MEMBER_NAME}子女所在学校"
    )
    with setting_up():
        discovery = LateDiscovery(
            fact=fact,
            since=now,
            grounds=f"群众反映{MEMBER_NAME}",
            opened_by=officer(),
            opened_at=now,
            reviewer=reviewer,
        )
        discovery.save()
        act = ActReview(discovery=discovery, act_id=uuid7(), act_at=now, act_label=f"{MEMBER_NAME}录入")
        act.save()
    world.keep(discovery=discovery, act_review=act)


def _interrupted(world: World) -> Screening:
    """A screening of the coming season on which no job works."""
    now = timezone.now()
    batch = CandidateBatchFactory(season=world.next_season)
    with setting_up():
        row = Screening(
            season=world.next_season,
            batch=batch,
            covers_until=now,
            started_by=world.who[RECUSALS],
            started_at=now,
        )
        row.save()
    return row
