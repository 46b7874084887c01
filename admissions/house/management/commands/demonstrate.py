"""`manage.py demonstrate`: everything the capabilities have to show, in their order; running it again adds nothing."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from admissions.house.collection import answers


class Command(BaseCommand):
    help = "按各能力的声明建立演示数据（只在演示环境；再次运行不会重复建立）。"

    def handle(self, *args: Any, **options: Any) -> None:
        for demonstration in sorted(answers("demo"), key=lambda one: one.order):
            call_command(demonstration.command, stdout=self.stdout)
