import os
from getpass import getpass

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from admissions.accounts.bootstrap import FirstAdministrator, bootstrap_admins
from admissions.accounts.enums import Role
from admissions.core.decision import Refused

OPTIONS = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}


class Command(BaseCommand):
    help = (
        "Create the first system, security and audit administrators: three different people. "
        "Passwords come from ADMIN_SYSTEM_PASSWORD, ADMIN_SECURITY_PASSWORD, ADMIN_AUDIT_PASSWORD or are asked for; "
        "each is changed at the first sign-in. Refuses when an administrator exists."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for option, role in OPTIONS.items():
            parser.add_argument(f"--{option}", required=True, metavar="LOGIN:NAME", help=role.label)

    def handle(self, *args, **options) -> None:
        people = {role: self.person(option, options[option]) for option, role in OPTIONS.items()}
        try:
            accounts = bootstrap_admins(people)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        for account in accounts:
            self.stdout.write(f"已建立：{account.username}（{account.name}）")

    def person(self, option: str, text: str) -> FirstAdministrator:
        username, separator, name = text.partition(":")
        if not separator or not username or not name:
            raise CommandError(f"--{option} 的格式为 登录名:姓名。")
        password = os.environ.get(f"ADMIN_{option.upper()}_PASSWORD") or getpass(f"{name}（{username}）的初始口令：")
        return FirstAdministrator(username, name, password)
