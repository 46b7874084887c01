"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from tests.house.gate import Gate
from workgroups.recusal.enums import ScopeKind
from workgroups.recusal.services.facts import Scope

GATE = Gate(
    names_nobody={"recusal.resume_screening", "recusal.settings", "recusal.start_screening"},
    veto_exempt={"recusal.acknowledge", "recusal.ask_withdrawal", "recusal.challenge", "recusal.declare"},
    season_exempt={
        "recusal.cosign",
        "recusal.open_discovery",
        "recusal.reassign_review",
        "recusal.register",
        "recusal.return",
        "recusal.review_act",
        "recusal.rule",
    },
    asks_nobody={"recusal.challenge", "recusal.declare"},
    builders={"scope": lambda world: Scope(ScopeKind.INSTITUTION, str(world.institution.pk), "院校")},
)
