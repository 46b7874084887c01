from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from admissions.upkeep.backup import make_backup
from admissions.upkeep.programs import UpkeepRefused


class Command(BaseCommand):
    help = "Write database and evidence of one moment into a new directory, with a manifest of hashes."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="a directory that does not exist yet")

    def handle(self, *args, directory: Path, **options) -> None:
        try:
            result = make_backup(directory.absolute())
        except (UpkeepRefused, OSError, DatabaseError) as error:
            raise CommandError(f"没有备份：{error}", returncode=2) from error
        size = sum(file["bytes"] for file in result.manifest.files.values())
        self.stdout.write(f"备份完成：{result.directory}")
        self.stdout.write(f"材料 {len(result.manifest.files) - 1} 份，共 {size / 2**20:.1f} MB。")
        self.stdout.write(f"清单校验值（抄在备份登记簿上）：{result.manifest_hash}")
        self.stdout.write("备份不含各项密钥，密钥另行保管；备份含个人信息，请加密存放，存到另一台机器。")
