"""上岗资格 (#5): one explainable answer from its conditions. Pure."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class ReadinessItem:
    """One condition: whether it holds, how it stands, who can change it and where; the rest as `StateAnswer` has it."""

    code: str
    label: str
    ok: bool
    sentence: str
    who_can_fix: str = ""
    url: str = ""
    keeps_duty: bool = False
    until: datetime | None = None


@dataclass(frozen=True)
class Readiness:
    """Ready means that every condition holds; an empty list of conditions is never ready."""

    items: list[ReadinessItem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return bool(self.items) and all(item.ok for item in self.items)

    @property
    def missing(self) -> list[ReadinessItem]:
        return [item for item in self.items if not item.ok]

    @property
    def lapsed(self) -> list[ReadinessItem]:
        """What takes the rights of the post from whoever is on duty."""
        return [item for item in self.missing if not item.keeps_duty]

    @property
    def until(self) -> datetime | None:
        """When the first of the conditions runs out by itself, as far as that is known."""
        return min((item.until for item in self.items if item.until is not None), default=None)

    @property
    def sentence(self) -> str:
        """What is missing, in one line."""
        if self.ok:
            return "上岗条件全部具备。"
        return "还缺：" + "；".join(f"{item.label}（{item.sentence.rstrip('。')}）" for item in self.missing) + "。"
