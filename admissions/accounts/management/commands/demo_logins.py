from django.core.management.base import BaseCommand, CommandError

from admissions.accounts.demo import DEMO_PASSWORD, demo_people_present, totp_code, totp_secret
from admissions.core.decision import Refused


class Command(BaseCommand):
    help = "Print the demonstration logins with password, authenticator key and present code; never in production."

    def handle(self, *args, **options) -> None:
        try:
            people = demo_people_present()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"演示账号共用口令：{DEMO_PASSWORD}")
        for account, duty in people:
            secret, code = totp_secret(account.username), totp_code(account.username)
            self.stdout.write(f"{account.username:<12} 验证码 {code}  密钥 {secret}  {account.name}·{duty}")
