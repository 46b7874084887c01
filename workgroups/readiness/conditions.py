"""上岗资格 (#5): one explainable answer from its conditions. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReadinessItem:
    """One condition: whether it holds, how it stands, who can change it and where."""

    code: str
    label: str
    ok: bool
    sentence: str
    who_can_fix: str = ""
    url: str = ""


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
    def sentence(self) -> str:
        """What is missing, in one line."""
        if self.ok:
            return "上岗条件全部具备。"
        return "还缺：" + "；".join(f"{item.label}（{item.sentence.rstrip('。')}）" for item in self.missing) + "。"
