"""`run_job_alone JOB ATTEMPT`: the process in which a job is run again whose worker vanished."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from admissions.jobs.runner import run_alone


class Command(BaseCommand):
    help = "再次运行一个因程序意外终止而中断的后台任务（由后台任务程序自行调用）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=int)
        parser.add_argument("attempt", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        run_alone(options["job"], options["attempt"])
