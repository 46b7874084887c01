"""归档: a closed season is frozen by the database, packed, verified elsewhere, and read back."""

import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.archive.models import SeasonArchive
from admissions.archive.readonly import guarded_models, of_season
from admissions.archive.season_pack import files_of
from admissions.archive.services import archive_season, pack_again
from admissions.audit.models import Event
from admissions.audit.protection import audited_models
from admissions.core.decision import Refused
from admissions.jobs.enums import JobState
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from admissions.seals.checking import PARTLY, verify_here
from admissions.seals.export import exports_root
from admissions.seals.sealing import seal
from admissions.seasons.lifecycle.services import close_season
from admissions.seasons.models import Season
from discipline.opinions.models import Opinion, OpinionPassage
from discipline.opinions.services import answer_opinion, close_opinion
from tests.factories.accounts import user_with
from tests.factories.meetings import upload
from tests.factories.supervision import again, issued, watched
from tests.seals.tampering import verified
from tests.trail import assert_recorded
from workgroups.groups.models import Post, WorkGroup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("light")]


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path


@pytest.fixture
def closed_season(media):
    """A season with an opinion, its answer and evidence, all done, closed."""
    of = watched()
    opinion = issued(of)
    answer_opinion(actor=again(of.leader), reason="答复", opinion=opinion, text="已补。", incoming=upload("证据.pdf"))
    close_opinion(actor=again(of.supervisor), reason="已补齐。", opinion=opinion)
    close_season(actor=user_with(Role.SECRETARIAT), reason="录取结束", season=of.season)
    return of


def archived(of):
    archive = archive_season(
        actor=user_with(Role.SECRETARIAT), reason="按年度归档", season=Season.objects.get(pk=of.season.pk)
    )
    run(archive.job_id)
    assert Job.objects.get(pk=archive.job_id).state == JobState.DONE, Job.objects.get(pk=archive.job_id).error
    archive.refresh_from_db()
    return archive


@pytest.mark.offline
def test_pack_verifies_and_holds_trail_files_and_card(closed_season):
    archive = archived(closed_season)
    path = exports_root() / archive.storage_name
    code, text = verified(path)
    assert (code, "核过的都相符" in text) == (PARTLY, True), text
    with zipfile.ZipFile(path) as pack:
        card = json.loads(pack.read("archive.json"))
        files = [json.loads(line) for line in pack.read("files.jsonl").splitlines()]
        manifest = json.loads(pack.read("manifest.json"))
        shown = sum(len(pack.read(name).splitlines()) for name in pack.namelist() if name.startswith("private/"))
        assert (card["number"], card["season"]["id"]) == (archive.number, closed_season.season.pk)
        assert [(row["name"], f"files/{row['sha256']}" in manifest["files"]) for row in files] == [("证据.pdf", True)]
        assert 0 < shown < manifest["size"]
    assert_recorded("archive.archive_season", target=archive, reason="按年度归档")


def test_from_then_on_the_database_refuses_every_change(closed_season):
    of = closed_season
    opinion = Opinion.objects.get()
    archived(of)
    with pytest.raises(Refused, match="已经归档，所有记录只读"):
        issued(of)
    for sql in (
        f"UPDATE groups_workgroup SET name = 'x' WHERE id = {of.group.pk}",
        f"UPDATE opinions_opinion SET title = 'x' WHERE id = {opinion.pk}",
        f"DELETE FROM opinions_opinionpassage WHERE opinion_id = {opinion.pk}",
        f"UPDATE seasons_season SET name = 'x' WHERE id = {of.season.pk}",
    ):
        with pytest.raises(IntegrityError, match="已经归档"), connection.cursor() as cursor:
            cursor.execute(sql)
    other = watched()  # another season goes on
    assert issued(other).pk


def test_a_record_cannot_be_moved_out_of_an_archived_season(closed_season):
    other = watched()
    archived(closed_season)
    with pytest.raises(IntegrityError, match="已经归档"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_post SET group_id = %s WHERE group_id = %s", [other.group.pk, closed_season.group.pk]
        )
    assert Post.objects.filter(group=closed_season.group).exists()


def test_every_model_with_a_way_to_the_season_is_guarded():
    assert of_season(WorkGroup) == "season"
    assert of_season(OpinionPassage) == "opinion__group__season"
    guarded = {model._meta.label for model in guarded_models()}
    assert {"meetings.Position", "pledges.Pledge", "opinions.Opinion", "seasons.Batch"} <= guarded
    assert {"accounts.User", "archive.SeasonArchive"} & guarded == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'season_archived'")
        assert {row[0] for row in cursor.fetchall()} == {model._meta.db_table for model in guarded_models()}


def test_only_a_closed_season_once_and_by_the_secretariat(media):
    of = watched()
    secretary = user_with(Role.SECRETARIAT)
    with pytest.raises(Refused, match="结束以后才能归档"):
        archive_season(actor=secretary, reason="早", season=of.season)
    close_season(actor=secretary, reason="录取结束", season=of.season)
    season = Season.objects.get(pk=of.season.pk)
    with pytest.raises(Refused, match="没有归档录取季的权限"):
        archive_season(actor=again(of.supervisor), reason="越权", season=season)
    archive_season(actor=secretary, reason="归档", season=season)
    with pytest.raises(Refused, match="已经归档"):
        archive_season(actor=secretary, reason="再", season=season)
    assert SeasonArchive.objects.get().number.endswith("1号")


def test_the_trail_is_read_back_as_it_was(closed_season, media):
    archive = archived(closed_season)
    path = exports_root() / archive.storage_name
    season = Event.objects.filter(season_id=closed_season.season.pk, at__lt=archive.archived_at)
    before = {event.pk: vars_of(event) for event in season}
    history = list(Opinion.history.model.objects.order_by("history_id").values())
    with connection.cursor() as cursor:  # the database lost the season's trail
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM audit_event WHERE id = ANY(%s::uuid[])", [[str(pk) for pk in before]])
        cursor.execute("DELETE FROM opinions_historicalopinion")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert verify_here()[0] == 1
    call_command("read_archive", str(path), str(media / "files"))
    assert {event.pk: vars_of(event) for event in Event.objects.filter(pk__in=before)} == before
    kept = [{k: v for k, v in row.items() if k != "txid"} for row in history]
    again_there = Opinion.history.model.objects.order_by("history_id").values()
    assert [{k: v for k, v in row.items() if k != "txid"} for row in again_there] == kept
    assert verify_here()[0] == PARTLY
    assert [file.name.split("-", 1)[1] for file in (media / "files").iterdir()] == ["证据.pdf"]


def vars_of(event):
    return {
        field.column: getattr(event, field.attname) for field in Event._meta.concrete_fields if field.column != "txid"
    }


@pytest.mark.offline
def test_a_spoilt_pack_is_not_read(closed_season, media):
    archive = archived(closed_season)
    path = exports_root() / archive.storage_name
    spoilt = media / "spoilt.zip"
    spoilt.write_bytes(path.read_bytes()[:-500])
    count = Event.objects.count()
    with pytest.raises(CommandError, match="没有写入任何内容"):
        call_command("read_archive", str(spoilt), str(media / "files"))
    assert Event.objects.count() == count


def test_pages_lead_through_it(closed_season):
    secretary = user_with(Role.SECRETARIAT)
    client = Client()
    client.force_login(secretary)
    assert "还没有归档" in client.get(reverse("archive:list")).content.decode()
    done = client.post(reverse("archive:put-away", args=[closed_season.season.pk]), {"reason": "按年度归档"})
    archive = SeasonArchive.objects.get()
    assert done.url == reverse("archive:one", args=[archive.pk])
    assert client.get(reverse("archive:file", args=[archive.pk])).status_code == 404
    run(archive.job_id)
    file = client.get(reverse("archive:file", args=[archive.pk]), {"purpose": "archive"})
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert_recorded("trail.read", actor=secretary, outcome="read", reason="归档")


def test_files_of_a_season_are_those_its_records_refer_to(closed_season):
    assert [file.name for file in files_of(closed_season.season)] == ["证据.pdf"]
    assert files_of(watched().season) == []
    assert len(list(audited_models())) > len(guarded_models())
    assert seal("测试") is not None


def test_a_pack_that_failed_is_made_again(closed_season):
    secretary = user_with(Role.SECRETARIAT)
    season = Season.objects.get(pk=closed_season.season.pk)
    archive = archive_season(actor=secretary, reason="按年度归档", season=season)
    with pytest.raises(Refused, match="没有生成失败"):
        pack_again(actor=secretary, reason="试", archive=archive)
    Job.objects.filter(pk=archive.job_id).update(state=JobState.FAILED)
    archive = SeasonArchive.objects.get()
    with pytest.raises(Refused, match="没有重新生成归档包的权限"):
        pack_again(actor=again(closed_season.supervisor), reason="越权", archive=archive)
    client = Client()
    client.force_login(secretary)
    assert "排除后重新生成" in client.get(reverse("archive:one", args=[archive.pk])).content.decode()
    done = client.post(reverse("archive:again", args=[archive.pk]), {"reason": "磁盘已扩"})
    assert done.url == reverse("archive:one", args=[archive.pk])
    archive.refresh_from_db()
    run(archive.job_id)
    archive.refresh_from_db()
    assert archive.is_ready
    with pytest.raises(Refused, match="已经生成"):
        pack_again(actor=secretary, reason="再", archive=archive)
