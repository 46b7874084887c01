"""The models of all topics, for Django; each topic's models live in its own package."""

from .steps.models import StepMaterial, StepRun, StepSignature

__all__ = ["StepMaterial", "StepRun", "StepSignature"]
