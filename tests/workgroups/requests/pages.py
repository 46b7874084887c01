"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, MEMBER, RULES, SECRETARY, SUPERVISOR
from tests.house.pages import At, Page

PAGES = [
    Page("requests:list", opens=EVERYBODY),
    Page("requests:draft", lambda w: ["request"], opens={LEADER, MEMBER}, sees=EVERYBODY),
    Page("requests:one", "submission", opens={SUPERVISOR, LEADER}),
    Page("requests:change", "draft_submission", opens={LEADER, MEMBER}, sees={SUPERVISOR}),
    Page("requests:attach", "draft_submission", opens={LEADER, MEMBER}, sees={SUPERVISOR}),
    Page("requests:attachment", "attachment", opens={SUPERVISOR, LEADER}),
    Page(
        "requests:attachment-remove", "attachment", sees={SUPERVISOR, LEADER}, opened=At("loose_attachment", by=LEADER)
    ),
    Page("requests:submit", "draft_submission", opens={LEADER, MEMBER}, sees={SUPERVISOR}, empty_form=302),
    Page("requests:take-back", "submitted_submission", opens={LEADER, MEMBER}, sees={SUPERVISOR}),
    Page("requests:sign", "submitted_submission", opens={LEADER}, sees={SUPERVISOR, MEMBER}),
    Page("requests:send", "signed_submission", opens={LEADER, MEMBER}, sees={SUPERVISOR}, empty_form=302),
    Page("requests:receive", "sent_report", sees={SUPERVISOR, LEADER, MEMBER}, opened=At(by="clerk"), empty_form=302),
    Page("requests:reply", "submission", sees={SUPERVISOR, LEADER}, opened=At("waiting_request", by="clerk")),
    Page("requests:revise", "submission", opens={LEADER}, sees={SUPERVISOR}),
    Page("requests:withdraw", "submission", opens={LEADER}, sees={SUPERVISOR}),
    Page("requests:continue", "sent_report", opens={LEADER, MEMBER}, sees={SUPERVISOR}),
    Page("requests:call", "sent_report", opens={LEADER, MEMBER}, sees={SUPERVISOR}),
    Page(
        "requests:acknowledge", "sent_report", sees={SUPERVISOR, LEADER, MEMBER}, opened=At(by="chief"), empty_form=302
    ),
    Page("requests:docx", "submission", opens={SUPERVISOR, LEADER}),
    Page("requests:pdf", "submission", opens={SUPERVISOR, LEADER}),
    Page("requests:substitutes", "named_item", opens={SECRETARY, LEADER}, sees={AUDITOR, SUPERVISOR}),
    Page("requests:reply-confirm", "reply", sees={SUPERVISOR, LEADER}, opened=At(by="chief"), empty_form=302),
    Page("requests:reply-dispute", "reply", sees={SUPERVISOR, LEADER}, opened=At(by="chief")),
    Page("requests:report-duties", opens=EVERYBODY),
    Page("requests:report-duty-open", opens={LEADER, MEMBER}),
    Page("requests:report-duty", "report_duty", opens={SUPERVISOR, LEADER, MEMBER}),
    Page(
        "requests:report-duty-waive",
        "report_duty",
        sees={SUPERVISOR, LEADER, MEMBER},
        opened=At(by="chief"),
    ),
    Page("requests:reportables", opens=EVERYBODY),
    Page("requests:reportable-add", opens={RULES}),
    Page("requests:reportable", "reportable", opens=EVERYBODY),
    Page("requests:reportable-change", "reportable", opens={RULES}, sees=EVERYBODY),
    Page("requests:reportable-retire", "reportable", opens={RULES}, sees=EVERYBODY),
    Page("requests:letter-codes", opens=EVERYBODY),
    Page("requests:letter-code-set", opens={SECRETARY}),
    Page("requests:instructions", opens=EVERYBODY),
    Page("requests:instruction-record", opens={LEADER, MEMBER}),
    Page("requests:instruction", "instruction", opens={SUPERVISOR, LEADER, MEMBER}),
    Page(
        "requests:instruction-confirm",
        "instruction",
        sees={SUPERVISOR, LEADER, MEMBER},
        opened=At(by="chief"),
        empty_form=302,
    ),
    Page(
        "requests:instruction-dispute",
        "instruction",
        sees={SUPERVISOR, LEADER, MEMBER},
        opened=At(by="chief"),
    ),
]
