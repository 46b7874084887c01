"""Nothing prunes the ledger: the history library's own cleaning commands are replaced by this refusal (#103, #110)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

SENTENCE = "留痕和历史不删减、不补写，这个命令已停用。录取季结束后请归档（docs/operations.md）。"


class NoPruning(BaseCommand):
    help = "已停用：留痕不删减。"

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])  # whatever else was typed, the answer is the same

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(SENTENCE)
