from typing import Any

from django.core.management.base import BaseCommand

from admissions.core.seeds import all_seeds


class Command(BaseCommand):
    help = "Load reference data (rules, calendar, roles); running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for seed in all_seeds():
            self.stdout.write(f"{seed.label}：{seed.run()}")
