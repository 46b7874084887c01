"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from admissions.accounts.enums import Role
from tests.house.gate import Gate

GATE = Gate(
    names_nobody={
        "account.change_password",
        "account.create",
        "break_glass.request",
        "organisation.add",
        "organisation.rename",
    },
    in_no_season={
        "account.change_password",
        "account.close",
        "account.correct",
        "account.create",
        "account.issue_passwords",
        "account.reactivate",
        "account.reset_password",
        "account.reset_second_factor",
        "account.suspend",
        "organisation.add",
        "organisation.rename",
    },
    season_exempt={
        "break_glass.approve",
        "break_glass.decline",
        "break_glass.end",
        "break_glass.request",
        "break_glass.review",
        "break_glass.withdraw",
        "grant.give",
        "grant.revoke",
    },
    asks_nobody={"account.change_password", "break_glass.request"},
    builders={
        "season": lambda world: world.season,
        "group": lambda world: world.group,
        "role": lambda world: Role.SUPERVISOR,
    },
)
