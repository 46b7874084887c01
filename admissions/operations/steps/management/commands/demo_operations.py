"""`manage.py demo_operations`: sample 环节单 for the demonstration season, made once through the commands."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from admissions.operations.steps.demo import build_steps


class Command(BaseCommand):
    help = "建立演示用的环节单（只在演示环境，只建一次）。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("这不是演示环境，不建立演示数据。")
        build_steps()
