"""`manage.py read_archive pack.zip directory`: verify a season's pack and bring the season back into this database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from admissions.archive.read_pack import read_back
from admissions.core.decision import Refused


class Command(BaseCommand):
    help = "核验归档包，把其中的留痕、历史和现行记录读回本数据库，材料解到目录里。已有的行不动，不一致即不写。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", type=Path, help="归档包 zip")
        parser.add_argument("files", type=Path, help="材料解到哪个目录")
        parser.add_argument("--log-key", help="印记单上的系统公钥：包须由它或从它换来的钥签")
        parser.add_argument("--new-key", help="旧钥遗失的换钥：双方签字的印记单上的新公钥")

    def handle(self, *args: Any, pack: Path, files: Path, **options: Any) -> None:
        words = [word for name in ("log_key", "new_key") for word in _given(name, options[name])]
        try:
            done = read_back(pack, files, words)
        except Refused as refusal:
            raise CommandError(refusal.decision.sentence) from None
        self.stdout.write(next(line for line in done.said.splitlines() if "系统公钥指纹" in line))
        self.stdout.write(
            f"核验通过。留痕读回 {done.rows} 行，原已有 {done.present} 行；记录读回 {done.records} 条；材料 {done.files} 份。"
        )
        for name in done.otherwise:
            self.stdout.write(f"现有的与包里写法不同，保留现有的：{name}")


def _given(name: str, key: str | None) -> list[str]:
    return [f"--{name.replace('_', '-')}", key] if key else []
