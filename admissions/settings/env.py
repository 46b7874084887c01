"""The environment, read once and typed; a missing value fails at start with the name of what is missing."""

import os
from pathlib import Path

from environs import Env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("ADMISSIONS_VAR") or BASE_DIR / "var").resolve()

env = Env()
# Written by the embedded services (mode 600): addresses and generated secrets of this checkout.
env.read_env(VAR_DIR / "embedded.env", recurse=False)

AS_OWNER = env.bool("ADMISSIONS_AS_OWNER", False)
