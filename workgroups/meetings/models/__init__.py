"""Matters, meetings, items, decisions, minutes."""

from .decisions import (
    DeferralRuling,
    Position,
    Resolution,
    ResolutionTask,
    SupervisorOpinion,
    Tally,
)
from .items import AgendaItem, ItemRecusal, Paper, PaperReceipt, Prerequisite
from .matters import DecisionMatter
from .meetings import Meeting, Presence, Seat
from .minutes import Minutes, MinutesConfirmation

__all__ = [
    "AgendaItem",
    "DecisionMatter",
    "DeferralRuling",
    "ItemRecusal",
    "Meeting",
    "Minutes",
    "MinutesConfirmation",
    "Paper",
    "PaperReceipt",
    "Position",
    "Prerequisite",
    "Presence",
    "Resolution",
    "ResolutionTask",
    "Seat",
    "SupervisorOpinion",
    "Tally",
]
