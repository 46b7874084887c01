from django.core.management.base import BaseCommand

from admissions.demo.season.build import build


class Command(BaseCommand):
    help = (
        "Build the demonstration season through the commands; running it again completes it and changes nothing else."
    )

    def handle(self, *args, **options) -> None:
        build(self.stdout.write)
