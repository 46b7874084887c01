"""The models of all topics, for Django; each topic's models live in its own package."""

from .opinions.models import Flag, Opinion, OpinionPassage

__all__ = ["Flag", "Opinion", "OpinionPassage"]
