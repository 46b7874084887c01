"""`manage.py rotate_seal_key`: from the key in force to that of SEAL_KEY_NEXT; `--lost` where the old secret is gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from admissions.core.decision import Refused
from admissions.seals.notes import PublicKey
from admissions.seals.rotating import replace_lost_key, rotate_key


class Command(BaseCommand):
    help = "更换封存密钥：旧钥和新钥（SEAL_KEY_NEXT）同签一份换钥记录，以后的印记由新钥签。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="为什么换，写进留痕")
        parser.add_argument("--lost", metavar="旧公钥", help="旧钥已遗失：从印记单抄来的旧公钥；SEAL_KEY 已是新钥")

    def handle(self, *args: Any, reason: str, lost: str | None, **options: Any) -> None:
        try:
            change = replace_lost_key(reason, lost) if lost else rotate_key(reason)
        except Refused as refusal:
            raise CommandError(f"{refusal.decision.sentence}") from None
        old, new = (PublicKey.parse(text) for text in (change.old_key, change.new_key))
        self.stdout.write(f"已换钥，第 {change.number} 次，旧钥签到 {change.size} 片叶。")
        self.stdout.write(f"旧钥指纹 {old.fingerprint}\n新钥指纹 {new.fingerprint}\n新公钥 {new.text}")
        self.stdout.write("请待新钥签出第一个印记后打印印记单，由双方签字。")
