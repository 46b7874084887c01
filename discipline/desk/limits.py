"""Thresholds and registers of the desk, in one place and shown on the page beside each indicator.

They are the product's own, not a regulation's; supervision may ask for others (docs/decisions/0081).
"""

from datetime import time, timedelta

REFUSALS, REFUSAL_SPAN = 5, timedelta(minutes=10)
HIDDEN, OUT_OF_SCOPE = 2, 5
PAIR_TIMES, PAIR_SHARE, PAIR_SPAN = 5, 0.9, timedelta(days=7)
QUICK = timedelta(seconds=5)
DAY_BEGINS, DAY_ENDS = time(7), time(22)
SHOWN = 10  # rows of one indicator on the page; the others follow as these are put aside
FOUND = 50  # findings of one indicator that are counted beyond those put aside; more is said as “50+”
READ = 5_000  # refused entries that are looked at for bursts
READS_IN_AN_HOUR, ROWS_IN_AN_EXPORT = 200, 1_000

# Acts that decide about people, results or rights; a supervisor looks at each of them.
HIGH_RISK = (
    "grant.give", "grant.revoke", "account.reset_password", "account.reset_second_factor",
    "season.open", "season.close", "season.correct", "imports.confirm",
    "appointments.confirm", "appointments.suspend", "pledges.publish_version", "pledges.decline", "pledges.disown",
    "recusal.cosign", "recusal.cosign_challenge", "recusal.cosign_withdrawal", "recusal.settings",
    "meetings.issue_resolution", "meetings.reconsider", "meetings.explain_act", "emergencies.declare", "emergencies.undo",
    "requests.revise", "requests.waive_duty", "steps.hold", "steps.lift", "rulebook.repeal_clause", "seals.retire_witness",
)  # fmt: skip

# Who acts first, and who is to check it: the same two codes say which pairs count.
CHECKED_BY = {
    "appointments.propose": "appointments.confirm",
    "imports.upload": "imports.confirm",
    "recusal.rule": "recusal.cosign",
    "recusal.rule_challenge": "recusal.cosign_challenge",
    "recusal.rule_withdrawal": "recusal.cosign_withdrawal",
    "pledges.upload_scan": "pledges.confirm_scan",
    "duty.prepare_handover": "duty.sign_handover",
    "emergencies.declare": "emergencies.cosign",
    "meetings.report_task": "meetings.accept_task",
    "requests.report_task": "requests.accept_task",
    "requests.submit": "requests.sign",
    "steps.execute": "steps.pass",
    "steps.pass": "steps.confirm",
}

# Acts that touch what was signed, decided or opened before.
AFTER = (
    "season.correct", "requests.revise", "meetings.reconsider", "emergencies.undo", "pledges.disown",
    "appointments.change_period", "posts.remove_duty", "meetings.change_matter", "account.correct",
)  # fmt: skip
