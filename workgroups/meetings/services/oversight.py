"""Commands around decisions: explain an act without one, accept it, agree to a reconsideration."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.promises import promised

from .. import oversight, rules
from ..models import ActExplanation, AgendaItem, ReconsiderConsent, Resolution
from ..resolution_grounds import undecided_acts

explain_unique(ActExplanation, "event", "这项办理已由他人说明，请刷新页面。")
explain_constraint("reconsiderconsent_once", "您已表示过是否同意复议。")


@command(
    "meetings.explain_act",
    "说明应议未议事项",
    clause=cite("sanction-30"),
    weight=Weight.DECISIVE,
    after_season=Exempt("supervision looks back: an act without decision is explained when it is found"),
)
def explain_act(*, actor: User, reason: str, event: Event, resolution: Resolution | None = None) -> ActExplanation:
    """Say why a listed matter was carried out without a quoted decision, with the decision taken since, if any.

    Refuses: not the secretariat; not one of the acts found; explained already; the decision is about another matter.
    """
    oversight.can_explain(actor, event).require()
    if not undecided_acts(actor, event.season_id).filter(pk=event.pk).exists():
        raise Refused("这项办理已引用决议或文号，或不在清单之内，不需要说明。")
    if resolution is not None and event.action not in resolution.item.matter.actions():
        raise Refused(
            f"{resolution}决定的是“{resolution.item.matter}”，不能补作这项办理的依据。",
            who_can="请引用决定这一事项的决议。",
        )
    explanation = ActExplanation(
        event=event.pk,
        act=str(event)[:400],
        text=reason,
        resolution=resolution,
        explained_by=actor,
        explained_at=timezone.now(),
    )
    explanation.full_clean()
    explanation.save()
    return explanation


@command(
    "meetings.settle_explanation",
    "认可应议未议说明",
    clause=cite("sanction-30"),
    after_season=Exempt("supervision looks back: an act without decision is explained when it is found"),
)
def settle_explanation(*, actor: User, reason: str, explanation: ActExplanation) -> ActExplanation:
    """The supervisor takes the explanation for sufficient; until then the act stays red.

    Refuses: no supervisor of the group; who explained; settled already.
    """
    explanation = lock(explanation)
    oversight.can_settle_explanation(actor, explanation).require()
    explanation.settled_by, explanation.settled_at = actor, timezone.now()
    explanation.full_clean()
    explanation.save()
    return explanation


@command("meetings.consent_reconsider", "表示是否同意复议", clause=cite("sanction-30"))
def consent_to_reconsider(*, actor: User, reason: str, item: AgendaItem, agrees: bool) -> ReconsiderConsent:
    """One member's answer; it cannot be taken back.

    Refuses: not a member of the meeting that decided; recused; answered already; a no without its reason.
    """
    rules.can_consent(actor, item).require()
    seat = rules.seat_of(actor, promised(promised(item.reconsiders).meeting))
    consent = ReconsiderConsent(item=item, seat=seat, agrees=agrees, text=reason, at=timezone.now())
    consent.full_clean()
    consent.save()
    return consent
