"""Pages of this capability, and who gets what."""

from tests.house.lookers import EVERYBODY, SECRETARY
from tests.house.pages import At, Page

PAGES = [
    Page("groups:list", opens=EVERYBODY),
    Page("groups:create", opens={SECRETARY}),
    Page("groups:one", "group", opens=EVERYBODY),
    Page("groups:change", "group", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:activate", "group", sees=EVERYBODY, opened=At("draft_group", by=SECRETARY)),
    Page("groups:dissolve", "group", sees=EVERYBODY, opened=At("other_group", by=SECRETARY)),
    Page("groups:post-define", "group", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:post", "post", opens=EVERYBODY),
    Page("groups:post-change", "post", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:post-abolish", "post", sees=EVERYBODY, opened=At("spare_post", by=SECRETARY)),
    Page("groups:post-duty-add", "post", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:post-duty-remove", "duty", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:incompatibility-add", "post", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:incompatibility-lift", "pair", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:matrix", opens=EVERYBODY),
    Page("groups:matrix-step-add", opens={SECRETARY}),
    Page("groups:matrix-step-assign", "step", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:matrix-step-apart", "step", opens={SECRETARY}, sees=EVERYBODY),
    Page("groups:matrix-step-unassign", "step_duty", opens={SECRETARY}, sees=EVERYBODY),
]
