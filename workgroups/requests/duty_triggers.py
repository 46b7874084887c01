"""Which events of the trail can open a duty: the closed vocabulary of actions, some of them narrowed down.

A trigger is an action code, or an action code with a word behind `#` where only some of its events count.
"""

from collections.abc import Callable
from typing import Any

from admissions.audit.commands import REGISTRY, acts_in_words
from admissions.audit.models import Event
from workgroups.meetings.enums import RemarkKind
from workgroups.meetings.models import SupervisorRemark

# Duties do not open duties.
NEVER = "requests."


def _is_stop(event: Event) -> bool:
    return SupervisorRemark.objects.filter(pk=event.target_id, kind=RemarkKind.STOP).exists()


# trigger → (action code, label, does this event count)
NARROWED: dict[str, tuple[str, str, Callable[[Event], bool]]] = {
    "meetings.give_remark#stop": ("meetings.give_remark", "监督人员在会议上制止", _is_stop),
}


def trigger_choices() -> list[tuple[str, str]]:
    """Everything a matter can wait for, in words."""
    plain = acts_in_words(NEVER)
    return sorted([*plain, *((name, label) for name, (_, label, _) in NARROWED.items())], key=lambda pair: pair[1])


def trigger_label(trigger: str) -> str:
    return NARROWED[trigger][1] if trigger in NARROWED else REGISTRY.get(trigger, trigger)


def action_of(trigger: str) -> str:
    return trigger.partition("#")[0]


def counts(trigger: str, event: Event) -> bool:
    """Is this one of the events the trigger means?"""
    if action_of(trigger) != event.action:
        return False
    return NARROWED[trigger][2](event) if trigger in NARROWED else True


def actions_watched(triggers: Any) -> set[str]:
    return {action_of(trigger) for trigger in triggers}
