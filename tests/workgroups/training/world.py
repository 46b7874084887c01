"""An open course, a question and a paper that was begun."""

from django.utils import timezone

from tests.house.lookers import MEMBER
from tests.house.world import World
from tests.trail import setting_up
from workgroups.training.models import Attempt, Course, CoursePost, Question


def plant(world: World) -> None:
    now, season = timezone.now(), world.season
    with setting_up():
        course = Course(season=season, name="纪律", text="学习", question_count=1, status="open", opened_at=now)
        course.save()
        question = Question(
            course=course, clause=world.clause, kind="judge", stem="对吗", options=["正确", "错误"], answer=[0]
        )
        question.save()
        row = {"question": question.pk, "stem": "对吗", "kind": "judge", "options": ["正确", "错误"], "answer": [0]}
        attempt = Attempt(course=course, person=world.who[MEMBER], paper=[row], clause_versions={}, started_at=now)
        attempt.save()
        draft = Course(season=season, name="保密", text="学习", question_count=1, for_all_posts=False)
        draft.save()
        CoursePost(course=draft, post=world.post).save()
        Question(
            course=draft, clause=world.clause, kind="judge", stem="对吗", options=["正确", "错误"], answer=[0]
        ).save()
    world.keep(draft_course=draft)
    world.keep(course=course, question=question, attempt=attempt)
