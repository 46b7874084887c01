"""Pages of this capability, and who gets what."""

from tests.house.lookers import ANYBODY, AUDITOR, EVERYBODY, SUPERVISOR
from tests.house.pages import At, Page

PAGES = [
    Page("seals:checkpoint", opens=ANYBODY),
    Page("seals:bundle", opens=ANYBODY),
    Page("seals:keys", opens=ANYBODY),
    Page("seals:cosign", opens=ANYBODY, status=405, never="takes POST of the witness tool only"),
    Page("seals:list", opens={AUDITOR, SUPERVISOR}),
    Page("seals:one", "seal", opens={AUDITOR, SUPERVISOR}, sees=EVERYBODY),
    Page("seals:sheet", "seal", opens={AUDITOR, SUPERVISOR}, sees=EVERYBODY),
    Page("seals:sheet-pdf", "seal", opens={AUDITOR, SUPERVISOR}, sees=EVERYBODY),
    Page("seals:cosignature", opens={SUPERVISOR}),
    Page("seals:witnesses", opens={AUDITOR, SUPERVISOR}),
    Page("seals:witness-offer", opens={SUPERVISOR}),
    Page("seals:witness", "witness", opens={AUDITOR, SUPERVISOR}),
    Page("seals:witness-confirm", "witness", opens={AUDITOR}, sees={SUPERVISOR}),
    Page("seals:witness-retire", "witness", opens={AUDITOR, SUPERVISOR}),
    Page("seals:exports", opens={AUDITOR, SUPERVISOR}),
    Page("seals:export-request", opens={AUDITOR, SUPERVISOR}),
    Page("seals:export", "export", opens={AUDITOR, SUPERVISOR}),
    Page("seals:export-file", "export", opened=At("ready_export", by=SUPERVISOR)),
    Page("seals:salts", opens={AUDITOR}),
    Page("seals:tool", lambda w: ["witness.py"], opens={AUDITOR, SUPERVISOR}, sees=EVERYBODY),
    Page("paper-verify", opens=ANYBODY),
]
