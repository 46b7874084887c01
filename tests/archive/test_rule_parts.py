"""Each part of each rule on archives, seals and jobs made false alone, the rule asked directly."""

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.archive import rules
from admissions.archive.models import SeasonArchive
from admissions.archive.services import archive_season
from admissions.jobs.models import Job
from admissions.jobs.runner import can_cancel
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.requests import person
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import SeasonFactory
from tests.parts import asked, but, only_missing

pytestmark = pytest.mark.django_db


def test_putting_a_season_away():
    office, season = user_with(Role.SECRETARIAT), but(OpenSeasonFactory(), status="closed")
    assert asked(rules.can_archive, office, season).ok
    running = but(season, status="open")
    word = running.get_status_display()
    only_missing(f"录取季是“{word}”，结束以后才能归档。", rules.can_archive, office, running)
    only_missing("您没有归档录取季的权限。", rules.can_archive, UserFactory(), season)
    assert asked(rules.can_view_archives, office).ok
    only_missing("您没有查看归档的权限。", rules.can_view_archives, UserFactory())


def test_a_season_is_put_away_once():
    office, now = user_with(Role.SECRETARIAT), timezone.now()
    season = SeasonFactory(status="closed", opened_at=now, closed_at=now, basis="纪要")
    assert asked(rules.can_archive, office, season).ok
    archive_season(actor=office, reason="按年度归档", season=season)
    only_missing("这个录取季已经归档。", rules.can_archive, office, season)


def test_fetching_the_pack():
    auditor = user_with(Role.AUDIT_ADMIN)
    assert asked(rules.can_fetch, auditor).ok
    only_missing("您没有下载归档包的权限。", rules.can_fetch, UserFactory())
    fact_about(auditor, OpenSeasonFactory(), key=UserFactory().pk)
    only_missing("归档包含有您应当回避的内容，不能下载。", rules.can_fetch, person(auditor))


def test_making_the_pack_again():
    office = user_with(Role.SECRETARIAT)
    archive = SeasonArchive(season=OpenSeasonFactory(), job=Job(state="failed"))
    assert asked(rules.can_pack_again, office, archive).ok
    only_missing("您没有重新生成归档包的权限。", rules.can_pack_again, UserFactory(), archive)
    running = but(archive, job=Job(state="running"))
    only_missing("归档包没有生成失败，不用重新生成。", rules.can_pack_again, office, running)
    ready = but(archive, ready_at=timezone.now(), storage_name="x")
    only_missing("归档包已经生成。", rules.can_pack_again, office, ready)


def test_cancelling_a_job():
    owner, work = UserFactory(), Job(state="running", kind="no such")
    only_missing("后台任务由发起人或系统管理员取消。", can_cancel, owner, work)
    work.requested_by = owner
    for somebody in (owner, user_with(Role.SYSTEM_ADMIN)):
        only_missing("任务已经结束。", can_cancel, somebody, but(work, state="done"))
    only_missing("这类任务中途取消不安全，请等它结束。", can_cancel, owner, work)
