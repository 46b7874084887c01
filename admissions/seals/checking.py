"""The tree of this database put before the independent verifier; also the last step of a restore."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .enums import Disclosure
from .export import TOOLS, Reader, write_export
from .models import Seal

# The verifier's exit code for: nothing wrong, and some steps not carried out.
PARTLY = 5


def verify_here() -> tuple[int, str]:
    """Exit code and words of the verifier over an export of commitments only; code 3 before the first seal."""
    last = Seal.objects.newest_first().first()
    if last is None:
        return 3, "还没有印记，没有可核验的内容。\n"
    with TemporaryDirectory() as directory:
        path = Path(directory) / "tree.zip"
        write_export(path, last, Reader("核验程序", "核验", Disclosure.NONE), lambda *args: None)
        done = subprocess.run(
            [sys.executable, "-I", str(TOOLS / "verify.py"), str(path)], capture_output=True, text=True
        )
    return done.returncode, done.stdout + done.stderr


def tree_is_sound(manifest: object) -> list[str]:
    """After a restore: empty when the verifier finds nothing wrong, or there was nothing sealed.

    It says 5, because a pack of commitments leaves out what the restore compares itself: present rows with histories.
    """
    code, text = verify_here()
    if code in (0, 3, PARTLY):
        return []
    return [line.strip(" 　·") for line in text.splitlines() if "·" in line or "结论" in line]
