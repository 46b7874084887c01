"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, RECUSALS, SECRETARY, SECURITY
from tests.house.pages import At, Page

PAGES = [
    Page("evidence:imports", opens={SECURITY, AUDITOR, SECRETARY, RECUSALS}),
    Page("evidence:import-upload", lambda w: [w.import_kind], opens={SECRETARY}, sees=EVERYBODY),
    Page("evidence:import", "import", opens={AUDITOR, SECRETARY}),
    Page("evidence:import-rows", "import", opens={AUDITOR, SECRETARY}),
    Page("evidence:import-refused", "import", sees={AUDITOR, SECRETARY}, opened=At(by="uploader")),
    Page("evidence:import-confirm", "import", opens={SECRETARY}, sees={AUDITOR}),
    Page("evidence:import-void", "import", opens={SECRETARY}, sees={AUDITOR}),
    Page("evidence:file", "file", opened=At(by="uploader")),
]
