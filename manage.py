#!/usr/bin/env python
"""Django's command line. Commands that change or copy the whole database connect as the database owner."""

import os
import sys

from django.core.management import execute_from_command_line

OWNER_COMMANDS = {"migrate", "makemigrations", "dbshell", "backup", "restore", "read_archive", "rotate_seal_key"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.development")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("ADMISSIONS_AS_OWNER", "1")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
