"""`make run` and a developer's machine: plain http on loopback."""

from .base import *  # noqa: F403
from .base import STORAGES
from .env import env

# Nobody saves bandwidth on loopback, and compressing everything anew costs half a minute at every start.
STORAGES["staticfiles"]["BACKEND"] = "admissions.core.static_files.HashedFiles"

DEBUG = env.bool("DEBUG", False)
MFA_REQUIRED = env.bool("MFA_REQUIRED", True)
DEMONSTRATION = True
