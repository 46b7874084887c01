"""May X bring in a year's calendar?"""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision


def can_import_calendar(user: User) -> Decision:
    """The secretariat imports, another person confirms."""
    return may(user, Permission.IMPORT_REFERENCE, "导入工作日历")
