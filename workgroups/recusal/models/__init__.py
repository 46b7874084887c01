"""The tables of recusal; each topic in its own module."""

from .candidates import CandidateBatch, CandidateDigest
from .challenges import ActReview, Challenge, ChallengeRuling, LateDiscovery
from .declarations import DeclaredRelation, RecusalDeclaration, WithdrawalRequest, WithdrawalRuling
from .facts import FactPassage, FactRuling, RecusalFact
from .screenings import Screening, ScreeningHit
from .settings import RecusalSettings

__all__ = [
    "ActReview",
    "CandidateBatch",
    "CandidateDigest",
    "Challenge",
    "ChallengeRuling",
    "DeclaredRelation",
    "FactPassage",
    "FactRuling",
    "LateDiscovery",
    "RecusalDeclaration",
    "RecusalFact",
    "RecusalSettings",
    "Screening",
    "ScreeningHit",
    "WithdrawalRequest",
    "WithdrawalRuling",
]
