"""Tables as the owner, then reference data, the demonstration and static files as the web role: one Django, loaded once."""

import os
import sys

import django
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections

from admissions.settings.env import env

STEPS = (
    ("载入制度和日历", "seed_reference", ()),
    ("建立演示录取季", "demonstrate", ()),
)


def main() -> None:
    django.setup()
    print("建表……", flush=True)
    as_owner()
    for label, command, options in STEPS:
        print(f"{label}……", flush=True)
        call_command(command, *options)
    print("收集静态文件……", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)


def as_owner() -> None:
    """Migrations in a process of their own: this one never holds a connection of the owner."""
    child = os.fork()
    if child == 0:
        try:
            connections[DEFAULT_DB_ALIAS].settings_dict.update(env.dj_db_url("DATABASE_OWNER_URL"))
            call_command("migrate", verbosity=0)
            os._exit(0)
        except CommandError as error:
            print(error, file=sys.stderr, flush=True)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        os._exit(1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise SystemExit("manage.py migrate 没有完成，见上面的说明。")


if __name__ == "__main__":
    main()
