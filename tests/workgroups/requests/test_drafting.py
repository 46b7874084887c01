"""The command of drafting asks for itself who drafts and whom it addresses."""

import pytest

from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.requests import ASKING, line, matter
from tests.trail import assert_refused
from workgroups.requests.models import Submission
from workgroups.requests.services import submissions

pytestmark = pytest.mark.django_db


def test_only_who_is_on_duty_in_the_group_drafts():
    of, stranger = line(), UserFactory()
    fields = {"group": of.group, "matter": matter(), "urgency": "normal", "text": ASKING}
    with pytest.raises(Refused, match="您不是录取管理组的在岗人员"):
        submissions.draft(actor=stranger, reason="起草", addressee=of.above, **fields)
    assert_refused("requests.draft", actor=stranger)
    with pytest.raises(Refused, match="不能主送录取管理组"):
        submissions.draft(actor=of.member, reason="起草", addressee=of.group, **fields)
    assert not Submission.objects.exists()
    assert submissions.draft(actor=of.member, reason="起草", addressee=of.above, **fields).group == of.group
