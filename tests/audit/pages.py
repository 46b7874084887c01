"""Pages of this capability, and who gets what."""

from admissions.audit.models import Event
from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, NOBODY, SUPERVISOR
from tests.house.pages import At, Page

PAGES = [
    Page("audit:trail", opens={AUDITOR, SUPERVISOR}),
    Page(
        "audit:entry",
        lambda w: [Event.objects.of_target(w.supervision).newest_first().first().pk],
        opens={AUDITOR, SUPERVISOR, LEADER},
    ),
    Page("audit:filter-save", sees=NOBODY, opened=At(by=AUDITOR, query=lambda w: f"?of={w.filter_of_auditor.address}")),
    Page("audit:filter-drop", "filter_of_auditor", opens={AUDITOR}, empty_form=302),
    Page("audit:alarms", opens={AUDITOR}),
    Page("audit:group", "group", opens=EVERYBODY),
    Page("audit:person", "account", opens={AUDITOR}),
    Page("audit:record", lambda w: ["groups.workgroup", w.group.pk], opens=EVERYBODY),
]
