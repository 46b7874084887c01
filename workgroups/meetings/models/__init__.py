"""Matters, meetings, items, decisions, minutes."""

from .decisions import (
    DeferralRuling,
    Position,
    Resolution,
    SupervisorRemark,
    Tally,
)
from .deliberations import Deliberation
from .emergencies import EmergencyDecision, EmergencyEffect
from .explanations import ActExplanation
from .items import AgendaItem, ItemRecusal, Paper, PaperReceipt, Prerequisite, ReconsiderConsent
from .matters import DecisionMatter, ListedAction
from .meetings import Meeting, Presence, Seat
from .minutes import Minutes, MinutesConfirmation
from .questions import ElectorateAnswer, ElectorateQuestion
from .room import AnswerRejection, DeferralAnswer, DeferralMotion, PositionCheck, SupervisorChange

__all__ = [
    "ActExplanation",
    "AgendaItem",
    "AnswerRejection",
    "DecisionMatter",
    "DeferralAnswer",
    "DeferralMotion",
    "DeferralRuling",
    "Deliberation",
    "ElectorateAnswer",
    "ElectorateQuestion",
    "EmergencyDecision",
    "EmergencyEffect",
    "ItemRecusal",
    "ListedAction",
    "Meeting",
    "Minutes",
    "MinutesConfirmation",
    "Paper",
    "PaperReceipt",
    "Position",
    "PositionCheck",
    "Prerequisite",
    "Presence",
    "ReconsiderConsent",
    "Resolution",
    "Seat",
    "SupervisorChange",
    "SupervisorRemark",
    "Tally",
]
