"""Pages of this capability, and who gets what."""

from tests.house.lookers import EVERYBODY, MEMBER, TRAINER
from tests.house.pages import At, Page

PAGES = [
    Page("training:courses", opens=EVERYBODY),
    Page("training:course-create", opens={TRAINER}),
    Page("training:course", "course", opens=EVERYBODY),
    Page("training:course-open", "course", sees=EVERYBODY, opened=At("draft_course", by=TRAINER)),
    Page("training:course-close", "course", opens={TRAINER}, sees=EVERYBODY),
    Page("training:question-add", "course", opens={TRAINER}, sees=EVERYBODY),
    Page("training:question-retire", "question", opens={TRAINER}),
    Page("training:attempt-start", "course", opens=EVERYBODY, empty_form=302),
    Page("training:attempts", opens=EVERYBODY),
    Page("training:attempt", "attempt", opens={MEMBER}),
]
