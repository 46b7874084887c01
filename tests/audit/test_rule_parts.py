"""Each part of the gate made false alone, the gate asked directly, its own sentence expected."""

import pytest
from django.utils import timezone

from admissions.audit.actions import Action
from admissions.audit.gate import STRICT, Exempt, Gate, Keeper, closed_to, named_in, not_recused
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.meetings import body, proposed
from tests.factories.recusal import fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.supervision import again
from tests.factories.workgroups import AppointmentFactory
from tests.parts import asked, only_missing
from tests.trail import setting_up
from workgroups.meetings.models import ItemRecusal

pytestmark = pytest.mark.django_db
VETO = "您对此事项负有回避义务（含疑似和已申报、尚未裁定的），不能办理。"
OVER = "录取季已结束，不能再办理。"
OUT = "您已在此事项回避，不能办理。"
EXEMPT = Gate(veto=Exempt("只在测试中"))


def keeper(actor, gate, **arguments):
    return Keeper(Action("test.gate", "试办", actor, "试办"), gate, named_in(arguments))


@pytest.fixture
def row():
    return AppointmentFactory(post__group__season=OpenSeasonFactory())


def test_what_pages_and_buttons_are_told_before(row):
    actor = UserFactory()
    assert asked(closed_to, actor, "", [row]).ok
    fact_about(actor, row.post.group.season, key=row.person_id)
    only_missing(VETO, closed_to, again(actor), "", [row])
    with setting_up():
        season = row.post.group.season
        season.status, season.closed_at = "closed", timezone.now()
        season.save()
    only_missing(OVER, closed_to, UserFactory(), "", [row])
    only_missing(VETO, closed_to, again(actor), "", [row])


def test_who_was_kept_away_from_the_record_does_nothing_with_it():
    of = body()
    item = proposed(of)
    kept, other = of.secretary, of.head
    with setting_up():
        ItemRecusal(item=item, person=kept, reason="亲属", recorded_by=other, at=timezone.now()).save()
    only_missing(OUT, not_recused, again(kept), item)
    only_missing(OUT, closed_to, again(kept), "", [item])
    assert asked(not_recused, other, item).ok and asked(closed_to, other, "", [item]).ok
    assert asked(closed_to, again(kept), "meetings.recuse_from_item", [item]).ok
    with pytest.raises(Refused, match=OUT):
        keeper(kept, STRICT, item=item).before()
    for person, gate in ((other, STRICT), (kept, EXEMPT), (None, STRICT)):
        keeper(person, gate, item=item).before()


class TestInSomebodysName:
    def says(self, principal):
        return f"您所代的{principal.name}对此事项负有回避义务，不能以其名义办理。"

    def ask(self, principal, gate=STRICT, **arguments):
        found = keeper(UserFactory(), gate, **arguments)
        return asked(found.principal_may, principal, found.named)

    def test_the_principal_must_keep_away_from_whom_it_names(self, row):
        principal = UserFactory()
        assert self.ask(principal, row=row).ok
        fact_about(principal, row.post.group.season, key=row.person_id, state="confirmed")
        self.ask(principal, row=row).lacks_only(self.says(principal))
        assert self.ask(principal, EXEMPT, row=row).ok
        assert self.ask(None, row=row).ok

    def test_the_principal_was_kept_away_from_the_record(self):
        of = body()
        item = proposed(of)
        with setting_up():
            ItemRecusal(item=item, person=of.secretary, reason="亲属", recorded_by=of.head, at=timezone.now()).save()
        self.ask(of.secretary, item=item).lacks_only(self.says(of.secretary))
        assert self.ask(of.head, item=item).ok
