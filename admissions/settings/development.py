"""`make run` and a developer's machine: plain http on loopback."""

from .base import *  # noqa: F403
from .env import env

DEBUG = env.bool("DEBUG", False)
MFA_REQUIRED = env.bool("MFA_REQUIRED", True)
DEMONSTRATION = True
