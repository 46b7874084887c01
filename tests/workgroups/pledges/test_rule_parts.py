"""Each part of each rule of pledges made false alone, the rule asked directly, its own sentence expected."""

from dataclasses import replace

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from tests.factories.accounts import UserFactory, user_with
from tests.factories.files import pdf_file
from tests.factories.readiness import PledgeTemplateFactory, PledgeVersionFactory, sign
from tests.factories.recusal import RecusalClauseFactory
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.pledges import rules
from workgroups.pledges.enums import PledgeStanding
from workgroups.pledges.models import PledgeClause, PledgeScan
from workgroups.pledges.selectors import Duty

pytestmark = pytest.mark.django_db
NO_RIGHT = "您没有编制承诺书的权限。"


@pytest.fixture
def office():
    return user_with(Role.SECRETARIAT)


@pytest.fixture
def duty():
    season = OpenSeasonFactory()
    version = PledgeVersionFactory(template=PledgeTemplateFactory(season=season))
    held = AppointmentFactory(post=PostFactory(group=WorkGroupFactory(season=season)))
    return Duty(held, version, PledgeStanding.WAITING, None, waits_for="组长")


def test_publishing(office, duty):
    draft = but(duty.version, status="draft")
    only_missing("没有引用任何条款，不能发布。", rules.can_publish_version, office, draft)
    only_missing(NO_RIGHT, rules.can_publish_version, UserFactory(), draft)
    missing = asked(rules.can_publish_version, office, duty.version).decision.missing
    assert [one.reason for one in missing] == ["这一版已经发布，不能重复发布。", "没有引用任何条款，不能发布。"]
    with setting_up():
        PledgeClause(version=duty.version, order=1, clause=RecusalClauseFactory()).save()
    assert asked(rules.can_publish_version, office, draft).ok
    only_missing("这一版已经发布，不能重复发布。", rules.can_publish_version, office, duty.version)


def test_answering(duty):
    own = duty.appointment.person
    assert asked(rules.can_answer, own, duty).ok
    only_missing("承诺书只能由本人签订，不能代签。", rules.can_answer, UserFactory(), duty)
    waits = "本承诺书还没有开放，须等组长先签。"
    only_missing(waits, rules.can_answer, own, replace(duty, standing=PledgeStanding.NOT_OPEN))
    signed = replace(duty, standing=PledgeStanding.SIGNED)
    only_missing("您已按现行版本签订，不必重复签订。", rules.can_answer, own, signed)
    neither = next(one for one in PledgeStanding if not replace(duty, standing=one).can_answer
                   and one not in (PledgeStanding.SIGNED, PledgeStanding.NOT_OPEN))  # fmt: skip
    only_missing("本岗位不要求签承诺书。", rules.can_answer, own, replace(duty, standing=neither))


def test_a_scan_is_uploaded_by_somebody_else(office, duty):
    assert asked(rules.can_upload_scan, office, duty).ok
    only_missing(NO_RIGHT, rules.can_upload_scan, UserFactory(), duty)
    own = replace(duty, appointment=but(duty.appointment, person=office))
    only_missing("签名人不能上传自己的扫描件。", rules.can_upload_scan, office, own)
    waits = "本承诺书还没有开放，须等组长先签。"
    only_missing(waits, rules.can_upload_scan, office, replace(duty, standing=PledgeStanding.NOT_OPEN))
    signed = replace(duty, standing=PledgeStanding.SIGNED)
    only_missing("已按现行版本签订，不必重复签订。", rules.can_upload_scan, office, signed)
    neither = next(one for one in PledgeStanding if not replace(duty, standing=one).can_answer
                   and one not in (PledgeStanding.SIGNED, PledgeStanding.NOT_OPEN))  # fmt: skip
    only_missing("本岗位不要求签承诺书。", rules.can_upload_scan, office, replace(duty, standing=neither))


def test_one_scan_waits_at_a_time(office, duty):
    with setting_up():
        file = keep_file(office, Incoming([pdf_file()], "承诺书.pdf"), "扫描件")
        scan = PledgeScan(
            version=duty.version, appointment=duty.appointment, signer=duty.appointment.person, uploaded_by=office,
            file=file, signed_on=timezone.localdate(), uploaded_at=timezone.now(), content_hash="0" * 64,
        )  # fmt: skip
        scan.save()
    only_missing("已有一份扫描件等待核对。", rules.can_upload_scan, office, duty)
    assert asked(rules.can_upload_scan, office, replace(duty, appointment=AppointmentFactory())).ok
    with setting_up():
        scan.status = "refused"
        scan.save()
    assert asked(rules.can_upload_scan, office, duty).ok


def test_a_scan_is_compared_by_a_third_person(office, duty):
    scan = PledgeScan(
        version=duty.version, appointment=duty.appointment, signer=duty.appointment.person, uploaded_by=UserFactory()
    )
    assert asked(rules.can_compare_scan, office, scan).ok
    only_missing(NO_RIGHT, rules.can_compare_scan, UserFactory(), scan)
    confirmed = but(scan, status="confirmed")
    word = confirmed.get_status_display()
    only_missing(f"扫描件{word}，不必再核对。", rules.can_compare_scan, office, confirmed)
    for own in (but(scan, uploaded_by=office), but(scan, signer=office)):
        only_missing("核对人不能是上传人或者签名人。", rules.can_compare_scan, office, own)
    for somebody in (scan.signer, office, user_with(Role.SUPERVISOR, season=duty.version.template.season)):
        assert asked(rules.can_read_scan, somebody, scan).ok
    only_missing(NO_RIGHT, rules.can_read_scan, UserFactory(), scan)


def test_a_signature_on_paper_is_disowned_by_its_person(duty):
    pledge = but(sign(duty.appointment, duty.version), method="scan")
    own = duty.appointment.person
    assert asked(rules.can_disown, own, pledge).ok
    only_missing("只有纸质签名扫描的承诺书可以提出异议。", rules.can_disown, own, but(pledge, method="login"))
    only_missing("异议由签名人本人提出。", rules.can_disown, UserFactory(), pledge)
    second = PledgeVersionFactory(template=duty.version.template, number=2, published_at=timezone.now())
    sign(duty.appointment, second)
    only_missing("您之后已另行答复，不必再提异议。", rules.can_disown, own, pledge)
