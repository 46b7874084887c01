"""Pages of this capability, and who gets what."""

from tests.house.lookers import ANYBODY, AUDITOR, EVERYBODY, LEADER, MEMBER, RECUSALS, SECRETARY, SUPERVISOR, TRAINER
from tests.house.pages import At, Page

PAGES = [
    Page("pledge-verify", opens=ANYBODY),
    Page("pledges:list", opens=EVERYBODY),
    Page("pledges:progress", opens=EVERYBODY),
    Page("pledges:templates", opens=EVERYBODY),
    Page("pledges:template-create", opens={SECRETARY}),
    Page("pledges:template-draft", "template", opens={SECRETARY}, sees=EVERYBODY),
    Page("pledges:version", "version", opens={SECRETARY}),
    Page("pledges:version-publish", "version", sees={SECRETARY}, opened=At("whole_version", by=SECRETARY)),
    Page(
        "pledges:sign",
        ("member", "template"),
        opens={MEMBER},
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER},
    ),
    Page(
        "pledges:decline",
        ("member", "template"),
        opens={MEMBER},
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER},
    ),
    Page(
        "pledges:scan-upload",
        ("member", "template"),
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
        opened=At(("newcomer", "template"), by=SECRETARY),
    ),
    Page("pledges:scans", opens=EVERYBODY),
    Page("pledges:scan", "scan", opens={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}),
    Page("pledges:scan-file", "scan", opens={SECRETARY, SUPERVISOR, MEMBER}, sees={AUDITOR, TRAINER, RECUSALS, LEADER}),
    Page(
        "pledges:scan-confirm", "scan", opens={SECRETARY}, sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}
    ),
    Page(
        "pledges:scan-refuse", "scan", opens={SECRETARY}, sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}
    ),
    Page(
        "pledges:disown",
        "pledge",
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
        opened=At("pledge_on_paper", by=MEMBER),
    ),
    Page("pledges:one", "pledge", opens={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}),
    Page("pledges:pdf", "pledge", opens={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}),
    Page("pledges:docx", "pledge", opens={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}),
]
