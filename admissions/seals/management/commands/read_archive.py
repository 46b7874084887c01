"""`manage.py read_archive pack.zip directory`: verify a season's pack and bring its trail back into this database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from admissions.core.decision import Refused
from admissions.seals.reading_back import read_back


class Command(BaseCommand):
    help = "核验归档包，把其中的留痕和历史读回本数据库，材料解到目录里。已有的行不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", type=Path, help="归档包 zip")
        parser.add_argument("files", type=Path, help="材料解到哪个目录")

    def handle(self, *args: Any, pack: Path, files: Path, **options: Any) -> None:
        try:
            done = read_back(pack, files)
        except Refused as refusal:
            raise CommandError(refusal.decision.sentence) from None
        self.stdout.write(f"核验通过。读回 {done.rows} 行，原已有 {done.present} 行，材料 {done.files} 份。")
