"""The models of all topics, for Django; each topic's models live in its own package."""

from .desk.models import AccessReview, Dismissal
from .opinions.models import Flag, Opinion, OpinionPassage

__all__ = ["AccessReview", "Dismissal", "Flag", "Opinion", "OpinionPassage"]
