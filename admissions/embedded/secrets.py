"""`var/embedded.env` (mode 600): generated secrets and the addresses of the services now running."""

import os
import secrets
from pathlib import Path

from .places import VAR

GENERATED = ("SECRET_KEY", "DIGEST_KEY", "SEAL_KEY", "MARK_KEY", "OWNER_PASSWORD", "WEB_PASSWORD", "VALKEY_PASSWORD")


def env_file(name: str) -> Path:
    return VAR / ("embedded.env" if name == "run" else f"{name}.env")


def load(name: str) -> dict[str, str]:
    """Read the file; secrets that are missing are generated and kept."""
    values = _parse(env_file(name))
    missing = [key for key in GENERATED if key not in values]
    for key in missing:
        values[key] = secrets.token_urlsafe(48)
    if missing:
        store(name, values)
    return values


def store(name: str, values: dict[str, str]) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    path = env_file(name)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{key}={value}\n" for key, value in sorted(values.items()))
    draft.replace(path)


def _parse(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, value in pairs}
