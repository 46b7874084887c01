"""Pledges signed on paper (#10): two people compare, the cascade holds, the person may object."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import Refused
from tests.factories.accounts import PASSWORD, UserFactory, user_with
from tests.factories.meetings import PDF, upload
from tests.factories.rulebook import clause_in_force
from tests.factories.workgroups import AppointmentFactory, PostFactory, SeasonFactory, WorkGroupFactory, leader_of
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.models import Appointment
from workgroups.pledges import services
from workgroups.pledges.enums import PledgeStanding, ScanStatus, SigningMethod
from workgroups.pledges.models import Pledge, PledgeScan
from workgroups.pledges.selectors import PledgeBook, pledge_state, pledge_todos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MFA_REQUIRED = tmp_path, False


@pytest.fixture
def officers():
    return user_with(Role.SECRETARIAT), user_with(Role.SECRETARIAT)


@pytest.fixture
def template(officers):
    made = services.create_template(
        actor=officers[0], reason="新季", season=SeasonFactory(), kind="post", name="岗位承诺书",
        ranks=["leader", "member"], opening="我承诺：", closing="如有违反，承担责任。", grace_days=0,
        clauses=[clause_in_force("不徇私舞弊。")],
    )  # fmt: skip
    services.publish_version(actor=officers[0], reason="审定", version=made.versions.get())
    return made


@pytest.fixture
def leader(template):
    return leader_of(WorkGroupFactory(season=template.season))


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def uploaded(officer, appointment, template, **fields):
    values = {"signed_on": timezone.localdate(), "incoming": upload("承诺书.pdf"), **fields}
    return services.upload_scan(
        actor=officer, reason="本人不便在线签订", appointment=appointment, template=template, **values
    )


def standing(appointment):
    book = PledgeBook(appointment.post.group.season_id)
    row = Appointment.objects.select_related("person", "post__group__season").get(pk=appointment.pk)
    return book.duties(row)[0].standing


def test_it_counts_only_after_a_second_person_has_compared(officers, template, leader):
    scan = uploaded(officers[0], leader, template)
    assert standing(leader) == PledgeStanding.WAITING
    assert [todo.verb for todo in pledge_todos(officers[1])] == ["核对"]
    assert pledge_todos(officers[0]) == []
    with pytest.raises(Refused, match="不能是上传人或者签名人"):
        services.confirm_scan(actor=officers[0], reason="一致", scan=scan)
    assert_refused("pledges.confirm_scan", actor=officers[0])
    confirmed = services.confirm_scan(actor=officers[1], reason="逐页核对", scan=fresh(scan))
    assert (confirmed.status, confirmed.pledge.method) == (ScanStatus.CONFIRMED, SigningMethod.SCAN)
    assert "两人核对" in confirmed.pledge.get_method_display()
    assert pledge_state(leader).ok
    assert_recorded("pledges.confirm_scan", actor=officers[1], target=confirmed)


def test_the_leader_first_holds_on_paper_as_well(officers, template, leader):
    member = AppointmentFactory(post=PostFactory(group=leader.post.group))
    with pytest.raises(Refused, match="先签"):
        uploaded(officers[0], member, template)
    services.confirm_scan(actor=officers[1], reason="一致", scan=uploaded(officers[0], leader, template))
    assert uploaded(officers[0], member, template).status == ScanStatus.PENDING


@pytest.mark.parametrize("who", ["member", "nobody"])
def test_only_the_secretariat_uploads(template, leader, who):
    with pytest.raises(Refused):
        uploaded(leader.person if who == "member" else UserFactory(), leader, template)


def test_nobody_uploads_the_own_scan(template):
    secretary = user_with(Role.SECRETARIAT)
    own = leader_of(WorkGroupFactory(season=template.season), person=secretary)
    with pytest.raises(Refused, match="不能上传自己"):
        uploaded(secretary, own, template)


def test_not_compared_as_right_it_counts_for_nothing_and_another_may_come(officers, template, leader):
    scan = uploaded(officers[0], leader, template)
    with pytest.raises(Refused, match="等待核对"):
        uploaded(officers[0], leader, template)
    services.refuse_scan(actor=officers[1], reason="缺第二页", scan=scan)
    assert standing(leader) == PledgeStanding.WAITING
    with pytest.raises(Refused, match="不必再核对"):
        services.confirm_scan(actor=officers[1], reason="一致", scan=fresh(scan))
    assert uploaded(officers[1], leader, template).pk != scan.pk


def test_a_text_changed_since_the_upload_was_not_what_was_signed(officers, template, leader):
    scan = uploaded(officers[0], leader, template)
    version = services.draft_version(
        actor=officers[0], reason="修订", template=template, opening="我郑重承诺：", closing="承担责任。", grace_days=0,
        clauses=[clause_in_force("不收受礼品。")],
    )  # fmt: skip
    services.publish_version(actor=officers[0], reason="审定", version=version)
    with pytest.raises(Refused, match="已更新"):
        services.confirm_scan(actor=officers[1], reason="一致", scan=fresh(scan))


def test_a_date_to_come_is_refused(officers, template, leader):
    with pytest.raises(Refused, match="今天之后"):
        uploaded(officers[0], leader, template, signed_on=timezone.localdate() + timedelta(days=1))


def test_the_person_says_it_is_not_theirs_and_it_stops_counting(officers, template, leader):
    scan = services.confirm_scan(actor=officers[1], reason="一致", scan=uploaded(officers[0], leader, template))
    with pytest.raises(Refused, match="本人"):
        services.disown_scan(actor=officers[0], reason="替他", pledge=scan.pledge)
    answer = services.disown_scan(actor=leader.person, reason="不是我签的", pledge=scan.pledge)
    assert scan.pledge.code in answer.decline_reason
    assert not pledge_state(leader).ok
    assert Pledge.objects.filter(appointment=leader).count() == 2
    with pytest.raises(Refused, match="已另行答复"):
        services.disown_scan(actor=leader.person, reason="再说", pledge=scan.pledge)


def test_what_was_signed_on_screen_cannot_be_disowned(template, leader):
    with setting_up():
        pledge = Pledge(
            appointment=leader, version=template.versions.get(), method=SigningMethod.PASSWORD, answer="signed"
        )
    with pytest.raises(Refused, match="只有纸质签名扫描"):
        services.disown_scan(actor=leader.person, reason="反悔", pledge=pledge)


@pytest.mark.parametrize(
    ("field", "name"), [("uploaded_by", "not_uploaded_by_signer"), ("compared_by", "compared_by_another")]
)
def test_the_database_keeps_the_people_apart(officers, template, leader, field, name):
    scan = uploaded(officers[0], leader, template)
    setattr(scan, field, leader.person)
    with setting_up(), pytest.raises(IntegrityError, match=name), transaction.atomic():
        scan.save()


@pytest.mark.django_db(transaction=True)
def test_two_officers_comparing_at_once_give_one_pledge(officers, template, leader):
    scan = uploaded(officers[0], leader, template)
    third = user_with(Role.SECRETARIAT)

    def confirm(actor):
        return lambda: services.confirm_scan(actor=actor, reason="一致", scan=fresh(scan))

    results = together(confirm(officers[1]), confirm(third))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Pledge.objects.filter(appointment=leader).count() == 1


def test_through_the_pages(officers, template, leader):
    first, second = (as_(officer) for officer in officers)
    progress = first.get(reverse("pledges:progress")).content.decode()
    address = reverse("pledges:scan-upload", args=[leader.pk, template.pk])
    assert address in progress
    page = first.get(address).content.decode()
    assert "不徇私舞弊" in page
    paper = {"signed_on": timezone.localdate().isoformat(), "reason": "纸质"}
    wrong = {**paper, "file": SimpleUploadedFile("a.docx", b"PK")}
    assert "扫描件须是 PDF" in first.post(address, wrong).content.decode()
    right = {**paper, "file": SimpleUploadedFile("a.pdf", PDF)}
    assert first.post(address, right).status_code == 302
    scan = PledgeScan.objects.get()
    taken = second.get(reverse("pledges:scan-file", args=[scan.pk]), {"purpose": "work"})
    assert b"".join(taken.streaming_content) == PDF
    confirm = reverse("pledges:scan-confirm", args=[scan.pk])
    assert first.post(confirm, {"reason": "一致", "own_password": PASSWORD}).status_code == 403
    assert second.post(confirm, {"reason": "一致", "own_password": "wrong"}).status_code == 422
    assert second.post(confirm, {"reason": "一致", "own_password": PASSWORD}).status_code == 302
    pledge = fresh(scan).pledge
    own = as_(leader.person)
    assert "提出异议" in own.get(reverse("pledges:one", args=[pledge.pk])).content.decode()
    answer = own.post(reverse("pledges:disown", args=[pledge.pk]), {"reason": "不是我签的", "own_password": PASSWORD})
    assert answer.status_code == 302


def as_(person):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client
