from django.db.models import TextChoices

from admissions.core.status import tones

# Code of the entry about an attempt at a record that the page answered like nothing.
HIDDEN = "page.hidden"


@tones(DONE="success", REFUSED="danger", READ="info", EXPORT="info", SIGN_IN="muted", MACHINE="muted")
class Outcome(TextChoices):
    """What became of an attempt; the ledger knows no other kinds of entry."""

    DONE = "done", "完成"
    REFUSED = "refused", "被拒"
    READ = "read", "查阅"
    EXPORT = "export", "导出"
    SIGN_IN = "sign_in", "登录"
    MACHINE = "machine", "系统"
