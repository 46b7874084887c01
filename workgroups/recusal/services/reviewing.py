"""事后发现: what a person did before the conflict was known is looked at again by somebody without it."""

from datetime import datetime

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.core.citations import cite
from admissions.core.transitions import move

from .. import rules
from ..enums import DISCOVERY_TRANSITIONS, ActResult, DiscoveryState
from ..models import ActReview, LateDiscovery, RecusalFact
from ..selectors import acts_touching

FOUND_LATER = Exempt("what was concealed is often found after the season, and judged for it")
explain_constraint("latediscovery_one_open", "这一回避事实的复查正在进行。请在原记录上办理。")


@command("recusal.open_discovery", "启动事后复查", clause=cite("order33-13-1"), after_season=FOUND_LATER)
def open_discovery(*, actor: User, reason: str, fact: RecusalFact, since: datetime, reviewer: User) -> LateDiscovery:
    """List every act of the person in that scope since the relation began; each waits for its re-review.

    Refuses: `rules.can_open_discovery`; a review of this fact is open.
    Effects: one review sheet for each act found in the ledger; none found closes the matter at once.
    """
    fact = lock(fact)
    rules.can_open_discovery(actor, fact, reviewer).require()
    now = timezone.now()
    acts = list(acts_touching(fact.person, fact.subject, since))
    discovery = LateDiscovery(
        fact=fact,
        since=since,
        grounds=reason,
        reviewer=reviewer,
        opened_by=actor,
        opened_at=now,
        state=DiscoveryState.OPEN if acts else DiscoveryState.CLOSED,
        closed_at=None if acts else now,
    )
    discovery.full_clean()
    discovery.save()
    ActReview.objects.record_many([_sheet(discovery, act) for act in acts])
    return discovery


def _sheet(discovery: LateDiscovery, act: Event) -> ActReview:
    label = f"{act.action_label}：{act.target_label}" if act.target_label else act.action_label
    return ActReview(discovery=discovery, act_id=act.id, act_at=act.at, act_label=label[:300])


@command("recusal.review_act", "复查回避人的行为", clause=cite("order33-13-1"), after_season=FOUND_LATER)
def review_act(*, actor: User, reason: str, review: ActReview, result: ActResult) -> ActReview:
    """维持、重做 or 撤销 one act, with the reason; the last one closes the discovery.

    Refuses: not the named reviewer, or conflicted by now; already reviewed.
    """
    discovery = LateDiscovery.objects.select_for_update(of=("self",)).get(pk=review.discovery_id)
    review = lock(review)
    review.discovery = discovery
    rules.can_answer_review(actor, review).require()
    review.result, review.reason = result, reason
    review.reviewed_by, review.reviewed_at = actor, timezone.now()
    review.full_clean()
    review.save()
    _close_when_complete(discovery)
    return review


def _close_when_complete(discovery: LateDiscovery) -> None:
    if discovery.reviews.filter(result="").exists():
        return
    discovery.state = move(DISCOVERY_TRANSITIONS, discovery.state, DiscoveryState.CLOSED)
    discovery.closed_at = timezone.now()
    discovery.save()


@command("recusal.reassign_review", "改派复查人", clause=cite("order33-13-1"), after_season=FOUND_LATER)
def reassign_review(*, actor: User, reason: str, discovery: LateDiscovery, reviewer: User) -> LateDiscovery:
    """Name another reviewer.  Refuses: `rules.can_reassign_review`."""
    discovery = lock(discovery)
    rules.can_reassign_review(actor, discovery, reviewer).require()
    discovery.reviewer = reviewer
    discovery.full_clean()
    discovery.save()
    return discovery
