"""Where a record belongs: season, group, and whom or what it names."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TrailScope:
    """Scope copied into every ledger entry about a record.

    `subjects` are keys such as `person:12`, `institution:7`, `candidate:<digest>`: what a recused reader must not see.
    """

    season_id: int | None = None
    season_label: str = ""
    group_id: int | None = None
    group_label: str = ""
    person_id: int | None = None
    person_label: str = ""
    subjects: tuple[str, ...] = field(default=())

    def joined(self, other: "TrailScope") -> "TrailScope":
        """What either names; where both name something else, this one's stays."""
        season = self if self.season_id else other
        group = self if self.group_id else other
        person = self if self.person_id else other
        return TrailScope(
            season.season_id,
            season.season_label,
            group.group_id,
            group.group_label,
            person.person_id,
            person.person_label,
            tuple(sorted({*self.subjects, *other.subjects})),
        )

    def all_subjects(self) -> list[str]:
        own = [f"person:{self.person_id}"] if self.person_id else []
        return sorted({*own, *self.subjects})
