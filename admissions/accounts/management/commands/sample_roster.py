from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from admissions.accounts.demo import UNITS
from admissions.accounts.models import Organisation
from admissions.accounts.sample_roster import as_csv, as_xlsx, make_roster


class Command(BaseCommand):
    help = (
        "Write a staff roster of invented people with the usual mess, as xlsx and csv, for practising the import. "
        "The units are those registered; without any, those of the demonstration, which must then be added first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--people", type=int, default=400)

    def handle(self, *args, **options) -> None:
        registered = list(Organisation.objects.filter(is_active=True).order_by("code").values_list("name", flat=True))
        units = registered or list(UNITS.values())
        try:
            sample = make_roster(units, options["seed"], options["people"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        directory = options["directory"]
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in (("花名册.xlsx", as_xlsx(sample)), ("花名册.csv", as_csv(sample))):
            (directory / name).write_bytes(content)
            self.stdout.write(f"已写出：{directory / name}")
        self.stdout.write(f"预检应为：新增 {sample.accepted} 行，拒绝 {len(sample.rejected)} 行。")
        if not registered:
            self.stdout.write(f"尚未登记单位，请先登记：{'、'.join(units)}。")
