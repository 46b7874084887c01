from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path: Path) -> Path:
    """Uploaded files of a test lie in its own directory."""
    settings.MEDIA_ROOT = str(tmp_path / "evidence")
    return tmp_path / "evidence"
