"""Lists of supervision and of seals: as many queries for many rows as for one."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.commands import command
from admissions.audit.facts import No
from admissions.core.todos import remember_count
from admissions.seals import notes
from admissions.seals.models import Witness
from admissions.seals.sealing import seal
from admissions.seals.services import request_export
from discipline.desk.models import Dismissal
from discipline.opinions.models import Flag, Opinion
from tests.factories.accounts import user_with
from tests.factories.supervision import again, issued, watched
from tests.sizes import SIZES
from tests.trail import setting_up

pytestmark = pytest.mark.django_db
PAGES = [
    ("opinions:list", {}),
    ("opinions:list", {"q": "交接", "late": "late"}),
    ("opinions:list", {"export": "csv", "purpose": "work"}),
    ("opinions:flags", {}),
    ("desk:dismissals", {}),
    ("desk:one", {}),
    ("seals:list", {}),
    ("seals:witnesses", {}),
    ("seals:exports", {}),
    ("archive:list", {}),
]


@command("test.discipline_note", "登记一件", clause=No("只在测试中"))
def note(*, actor, reason, opinion):
    return opinion


def fill(of, opinion, sealed, start, end):
    now = timezone.now()
    for number in range(start, end):
        with setting_up():
            Opinion(
                number=f"试{number}", kind="remind", group=of.group, title=f"交接{number}", text="请补。", issued_by=of.supervisor,
                issued_by_name="甲", issued_at=now - timedelta(days=9), due_at=now - timedelta(days=1),
            ).save()  # fmt: skip
            Flag(
                event=UUID(int=number), sentence=f"某事{number}",
                happened_at=now, group=of.group, note="问", flagged_by=of.supervisor, flagged_by_name="甲", flagged_at=now,
            ).save()  # fmt: skip
            Dismissal(
                indicator="hours", key=str(number), sentence="某事", group=of.group, reason="看过", dismissed_by=of.supervisor,
                dismissed_by_name="甲", dismissed_at=now,
            ).save()  # fmt: skip
            key = notes.PublicKey(f"w{number}", notes.WITNESS, number.to_bytes(32, "big")).text
            Witness(name=f"w{number}", public_key=key, holder=of.supervisor, holder_name="甲").save()
        note(actor=of.leader, reason="办", opinion=opinion)
        request_export(actor=again(of.supervisor), reason="核验", seal=sealed)


def test_lists_do_not_grow(client):
    of = watched()
    opinion = issued(of)
    sealed = seal("测试")
    viewer = user_with(Role.SUPERVISOR, season=of.season)
    client.force_login(viewer)
    counted = {}
    for size in SIZES:
        fill(of, opinion, sealed, max(counted, default=0), size)
        sizes = []
        for name, query in PAGES:
            client.get(reverse(name), query)
            remember_count(viewer, [])
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name), query).status_code == 200, name
            sizes.append(len(captured))
        counted[size] = sizes
    assert list(counted.values()) == [counted[1]] * len(SIZES)
