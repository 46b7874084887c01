"""Django's command, whose migrations are ours: forgotten by hand, a first start took seven times as long."""

from pathlib import Path
from typing import Any

from django.core.management.commands import makemigrations
from django.core.management.utils import run_formatters

OURS = "from admissions.core.migrating import BatchMigration\n"
THEIRS = "class Migration(migrations.Migration):"


class Command(makemigrations.Command):
    def write_migration_files(self, changes: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().write_migration_files(changes, *args, **kwargs)
        written = self.written_files  # type: ignore[attr-defined]  # not in the stubs
        for name in written:
            path = Path(name)
            path.write_text(as_batch(path.read_text(encoding="utf-8")), encoding="utf-8")
        run_formatters(written, stderr=self.stderr)


def as_batch(text: str) -> str:
    """The text of a migration with our class instead of Django's; text that is ours already stays as it is."""
    if THEIRS not in text:
        return text
    imports, rest = text.split("\n\n\n" + THEIRS, 1)
    return f"{imports}\n\n{OURS}\n\nclass Migration(BatchMigration):{rest}"
