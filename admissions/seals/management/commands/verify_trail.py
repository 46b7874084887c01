"""`manage.py verify_trail`: export the whole tree without personal text and run the independent verifier over it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from admissions.seals.checking import verify_here


class Command(BaseCommand):
    help = "把全部叶、印记和见证签名导出，用独立核验程序核一遍；退出码同核验程序。"

    def handle(self, *args: Any, **options: Any) -> None:
        code, text = verify_here()
        self.stdout.write(text)
        if code:
            sys.exit(code)
