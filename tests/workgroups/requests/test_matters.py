"""The list of what must be asked and reported: what may be changed once documents rest on it, and since when it counts."""

import pytest
from django.urls import get_resolver

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.requests import drafted, fresh, line, matter
from tests.trail import assert_refused
from workgroups.requests.enums import DocumentKind
from workgroups.requests.models import ReportableMatter
from workgroups.requests.services.matters import add_reportable, change_reportable, retire_reportable

pytestmark = pytest.mark.django_db
OPENED, DECIDED = "season.open", "meetings.decide"


@pytest.fixture(autouse=True)
def every_event_is_known():
    """Commands are known once they are loaded; pages load them all."""
    assert get_resolver().url_patterns


@pytest.fixture
def editor():
    return user_with(Role.RULE_EDITOR)


def added(editor, **fields):
    values = {"code": "outage", "name": "系统停机", "kind": DocumentKind.REPORT, "body": "leading"}
    return add_reportable(actor=editor, reason="登记", fields={**values, **fields})


def change(editor, row, **fields):
    return change_reportable(actor=editor, reason="修改", matter=fresh(row), fields=fields)


def test_a_trigger_is_an_event_there_is_or_none(editor):
    assert added(editor).trigger == ""
    assert added(editor, code="open", name="开启录取季", trigger=OPENED).trigger == OPENED
    with pytest.raises(Refused, match=r"没有“season\.nothing”这个事件"):
        added(editor, code="no", name="没有", trigger="season.nothing")
    with pytest.raises(Refused, match=r"没有“season\.nothing”这个事件"):
        change(editor, ReportableMatter.objects.get(code="open"), trigger="season.nothing")


def test_only_events_after_a_new_trigger_count(editor):
    row = added(editor, trigger=OPENED)
    assert change(editor, row, trigger=OPENED, hours=2).since == row.since
    assert change(editor, row, hours=3).since == row.since
    assert change(editor, row, trigger=DECIDED).since > row.since


def test_the_kind_of_document_is_fixed_by_the_first_one(editor):
    of, row = line(), matter(DocumentKind.REPORT)
    assert change(editor, row, kind=DocumentKind.REQUEST, reply_hours=8).kind == DocumentKind.REQUEST
    assert change(editor, row, kind=DocumentKind.REPORT, reply_hours=0).kind == DocumentKind.REPORT
    drafted(of, under=fresh(row))
    with pytest.raises(Refused, match="已有按此事项办理的公文，文种不能再改"):
        change(editor, row, kind=DocumentKind.REQUEST, reply_hours=8)
    assert change(editor, row, kind=DocumentKind.REPORT, hours=5).hours == 5


def test_only_who_keeps_the_list_changes_it(editor):
    row, stranger = added(editor), UserFactory()
    for act in (
        lambda: added(stranger, code="other", name="其他"),
        lambda: change(stranger, row, hours=1),
        lambda: retire_reportable(actor=stranger, reason="停用", matter=row),
    ):
        with pytest.raises(Refused, match="您没有维护应报事项清单的权限"):
            act()
    assert_refused("requests.retire_matter", actor=stranger)
    assert retire_reportable(actor=editor, reason="停用", matter=row).is_retired
