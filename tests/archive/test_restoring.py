"""A season's pack read back into an empty database: the same rows, pages that open, and nothing that should stay home."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import AccountStatus, Role
from admissions.accounts.models import User
from admissions.archive.models import SeasonArchive
from admissions.archive.records import columns_of, lines_of, season_models
from admissions.archive.season_pack import write_season
from admissions.audit.models import Event, RawChange
from admissions.audit.reconcile import all_mismatches
from admissions.seals import notes
from admissions.seals.checking import PARTLY, verify_here
from admissions.seals.enums import Disclosure
from admissions.seals.export import Reader, write_export
from admissions.seals.keys import origin, public_key, seed
from admissions.seals.models import Seal
from admissions.seals.sealing import seal
from admissions.seasons.models import Season
from discipline.opinions.models import Opinion
from discipline.opinions.services import answer_opinion, close_opinion
from tests.archive.archives import archived, member, names, path_of, put_away
from tests.core.test_pdf import streams
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.meetings import upload
from tests.factories.supervision import again, closed, issued, watched
from tests.plugins.database import Workshop
from tests.seals.tampering import verified
from tests.trail import assert_recorded, setting_up
from workgroups.groups.models import WorkGroup
from workgroups.meetings.models import Minutes, Position
from workgroups.pledges.models import Pledge
from workgroups.recusal.models import CandidateDigest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drawn_papers():
    """Papers as they are printed."""


@pytest.fixture(autouse=True)
def plain_papers(request):
    """A paper in a pack is its plain text, but where a test looks at the papers."""
    if "drawn_papers" not in request.fixturenames:
        request.getfixturevalue("light")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path


@pytest.fixture
def closed_season(media):
    of = watched()
    opinion = issued(of)
    answer_opinion(actor=again(of.leader), reason="答复", opinion=opinion, text="已补。", incoming=upload("证据.pdf"))
    close_opinion(actor=again(of.supervisor), reason="已补齐。", opinion=opinion)
    return of


def numbered(person: User, number: str) -> User:
    with setting_up():
        person = again(person)
        person.staff_number = number
        person.save()
    return person


def emptied(path: Path, media: Path, settings) -> Path:
    """The pack alone, in another installation: an empty, migrated database and no files."""
    kept = media / "kept.zip"
    shutil.copy(path, kept)
    settings.MEDIA_ROOT = str(media / "elsewhere")
    Workshop.standing_on = Workshop.template
    Workshop.fresh()
    caches["counts"].clear()
    return kept


def read(path: Path, media: Path) -> None:
    call_command("read_archive", str(path), str(media / "files"))


def hashes_here(path: Path) -> dict[str, tuple[int, str]]:
    """Table → rows and hash of what the database holds of the pack's tables now."""
    found = {}
    models = {model._meta.db_table: model for model in apps.get_models()}
    for row in member(path, "records.json")["tables"]:
        model = models[row["table"]]
        keys = [json.loads(line)[0] for line in member(path, f"records/{row['table']}.jsonl").splitlines()]
        assert columns_of(model)[0] == "id"
        data = "".join(f"{line}\n" for line in lines_of(model, keys)).encode()
        found[row["table"]] = (data.count(b"\n"), hashlib.sha256(data).hexdigest())
    return found


def packed_hashes(path: Path) -> dict[str, tuple[int, str]]:
    files = member(path, "manifest.json")["files"]
    tables = member(path, "records.json")["tables"]
    return {row["table"]: (row["rows"], files[f"records/{row['table']}.jsonl"]["sha256"]) for row in tables}


def close(world):
    with setting_up():
        season = Season.objects.get(pk=world.season.pk)
        season.status = "closed"
        season.save()


def test_a_whole_season_comes_back_and_its_pages_open(media, world, settings):
    close(world)
    path = path_of(archived(world.season))
    assert verified(path)[0] == PARTLY, verified(path)[1]
    held = {row["table"]: row["rows"] for row in member(path, "records.json")["tables"]}
    for model in season_models():
        assert held[model._meta.db_table] >= 0
    pledges = Pledge.objects.filter(version__template__season=world.season)
    assert (held["meetings_position"], held["pledges_pledge"]) == (Position.objects.count(), pledges.count())
    group, pledge, minutes, member_post = world.group.pk, world.pledge.pk, world.minutes.pk, world.member.pk
    remark, season = world.records["remark"], world.season.pk
    kept = emptied(path, media, settings)
    assert (Season.objects.count(), User.objects.count(), Event.objects.count()) == (0, 0, 0)

    read(kept, media)

    assert hashes_here(kept) == packed_hashes(kept)
    assert (RawChange.objects.count(), all_mismatches()) == (0, [])
    people = User.objects.all()
    assert {person.status for person in people} == {AccountStatus.SUSPENDED}
    assert not [person for person in people if person.has_usable_password() or person.phone or person.id_digest]
    assert_recorded("seals.read_archive", outcome="machine")
    supervisor = again(user_with(Role.SUPERVISOR, season=Season.objects.get(pk=season)))
    for row in WorkGroup.objects.filter(season_id=season):
        RoleGrantFactory(user=supervisor, role=Role.SUPERVISOR, season_id=season, group=row)
    auditor = user_with(Role.AUDIT_ADMIN)
    for reader, address in (
        (supervisor, reverse("seasons:one", args=[season])),
        (supervisor, reverse("groups:one", args=[group])),
        (supervisor, reverse("appointments:one", args=[member_post])),
        (supervisor, reverse("pledges:one", args=[pledge])),
        (supervisor, reverse("meetings:minutes", args=[minutes])),
        (auditor, reverse("audit:trail")),
        (auditor, reverse("archive:list")),
        (auditor, reverse("archive:one", args=[SeasonArchive.objects.get(season_id=season).pk])),
    ):
        client = Client()
        client.force_login(again(reader))
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    assert remark.pk and Minutes.objects.get(pk=minutes).meeting.group_id
    assert seal("读回以后") is not None
    assert verify_here()[0] == PARTLY, verify_here()[1]


def test_reading_twice_adds_nothing_and_new_records_get_new_numbers(closed_season, media, settings):
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)
    read(kept, media)
    counts = Event.objects.count(), WorkGroup.objects.count(), WorkGroup.history.count(), User.objects.count()
    read(kept, media)
    assert (
        Event.objects.count(), WorkGroup.objects.count(), WorkGroup.history.count(), User.objects.count(),
    ) == counts  # fmt: skip
    assert UserFactory().pk > max(User.objects.exclude(status=AccountStatus.ACTIVE).values_list("pk", flat=True))
    assert watched().group.pk > WorkGroup.objects.order_by("pk").first().pk


def test_the_season_is_frozen_again_and_its_files_open(closed_season, media, settings):
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)
    read(kept, media)
    with pytest.raises(Exception, match="已经归档"), connection.cursor() as cursor:
        cursor.execute("UPDATE groups_workgroup SET name = 'x'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
        assert cursor.fetchone()[0] == 0
    supervisor = user_with(Role.SUPERVISOR, season=Season.objects.get(), group=WorkGroup.objects.get())
    client = Client()
    client.force_login(again(supervisor))
    passage = Opinion.objects.get().passages.exclude(file=None).get()
    answer = client.get(reverse("opinions:file", args=[passage.pk]), {"purpose": "work"})
    assert b"".join(answer.streaming_content)[:4] == b"%PDF"


def test_reading_into_the_database_it_came_from_changes_nothing(closed_season, media):
    path = path_of(put_away(closed_season.season))
    before = Event.objects.count()
    read(path, media)
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE groups_workgroup SET name = '改过' WHERE id = %(group)s", "表“工作组”（groups_workgroup）第"),
        ("UPDATE accounts_user SET staff_number = 'X99' WHERE id = %(leader)s", "表“账号”（accounts_user）第"),
        ("UPDATE audit_event SET reason = '改过' WHERE season_id = %(season)s", "表 audit_event 的第"),
    ],
)
def test_a_row_that_is_there_otherwise_refuses_the_whole_pack(closed_season, media, sql, sentence):
    path = path_of(put_away(closed_season.season))
    of = closed_season
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, {"group": of.group.pk, "leader": of.leader.pk, "season": of.season.pk})
        cursor.execute("SET session_replication_role = DEFAULT")
    before = Event.objects.count()
    with pytest.raises(CommandError, match=sentence) as refusal:
        read(path, media)
    assert "没有写入任何内容" in str(refusal.value)
    assert Event.objects.count() == before


def test_a_name_changed_since_is_kept_and_told(closed_season, media, capsys):
    numbered(closed_season.leader, "G1001")
    path = path_of(put_away(closed_season.season))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_user SET name = '后来改名' WHERE id = %s", [closed_season.leader.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    read(path, media)
    assert again(closed_season.leader).name == "后来改名"
    assert f"第 {closed_season.leader.pk} 号记录" in capsys.readouterr().out


def test_a_frozen_season_that_lost_a_record_is_not_mended_here(closed_season, media):
    path = path_of(put_away(closed_season.season))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM opinions_opinionpassage")
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(CommandError, match="已经归档只读，缺了表"):
        read(path, media)


def test_a_number_that_belongs_to_another_is_a_conflict(closed_season, media, settings):
    numbered(closed_season.leader, "G1001")
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)
    with setting_up():
        User(pk=900_000, username="other-person", staff_number="G1001", name="他人").save()
    with pytest.raises(CommandError, match=r"表“账号”（accounts_user）第 \d+ 号记录与本数据库里的另一条记录冲突"):
        read(kept, media)
    assert Season.objects.count() == 0


def resigned(path: Path, name: str, change) -> Path:
    """As the log's own key would have signed the pack with one member changed."""
    target = path.with_name("resigned.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        manifest = json.loads(before.read("manifest.json"))
        for one in before.namelist():
            data = before.read(one)
            if one == name:
                data = change(data)
                manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            if not one.startswith("manifest."):
                after.writestr(one, data)
        body = json.dumps(manifest, ensure_ascii=False).encode()
        after.writestr("manifest.json", body)
        statement = f"{origin()}/export\n{hashlib.sha256(body).hexdigest()}\n"
        after.writestr("manifest.sig", notes.signed_note(seed(), origin(), statement))
    return target


@pytest.mark.offline
def test_a_pack_of_another_version_is_refused(closed_season, media, settings):
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)

    def older(data: bytes) -> bytes:
        description = json.loads(data)
        description["migrations"]["groups"] = "0000_older"
        return json.dumps(description).encode()

    with pytest.raises(CommandError, match="数据表版本是 groups 0000_older，本系统是"):
        read(resigned(kept, "records.json", older), media)
    assert Event.objects.count() == 0


@pytest.mark.offline
@pytest.mark.parametrize("kind", ["cut", "changed"])
def test_a_cut_or_changed_pack_is_refused_before_anything_is_written(closed_season, media, settings, kind):
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)
    spoilt = media / "spoilt.zip"
    if kind == "cut":
        spoilt.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    else:
        with zipfile.ZipFile(kept) as before, zipfile.ZipFile(spoilt, "w") as after:
            for one in before.namelist():
                data = before.read(one)
                after.writestr(one, data.replace(b"[", b"[ ", 1) if one == "records/groups_post.jsonl" else data)
    with pytest.raises(CommandError, match="没有写入任何内容"):
        read(spoilt, media)
    assert (Event.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.offline
def test_a_pack_signed_by_a_stranger_is_refused_where_the_key_is_known(closed_season, media, settings):
    known = public_key().text
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)
    stranger = notes.log_key(b"x" * 32, origin()).text
    with pytest.raises(CommandError, match="不是您给出的那一把"):
        call_command("read_archive", str(kept), str(media / "files"), log_key=stranger)
    assert User.objects.count() == 0
    call_command("read_archive", str(kept), str(media / "files"), log_key=known)
    assert Season.objects.count() == 1


def test_rows_that_point_to_nothing_leave_nothing_behind(closed_season, media, settings):
    kept = emptied(path_of(put_away(closed_season.season)), media, settings)
    without = resigned(kept, "records/groups_post.jsonl", lambda data: b"")
    with pytest.raises(CommandError, match="指向包里没有的记录"):
        read(without, media)
    assert (Event.objects.count(), User.objects.count(), WorkGroup.objects.count()) == (0, 0, 0)


@pytest.mark.offline
def test_no_password_number_or_candidate_leaves_with_the_pack(closed_season, media):
    leader = again(closed_season.leader)
    with setting_up():
        leader.phone, leader.id_digest, leader.id_tail = "13900004711", "digest-planted-4711", "tail-planted"
        leader.set_password("Planted-Password-4711")
        leader.save()
    closed(closed_season, issued(closed_season, title="另一件"))
    path = path_of(put_away(closed_season.season))
    with zipfile.ZipFile(path) as pack:
        content = b"".join(pack.read(name) for name in pack.namelist())
    for secret in ("13900004711", "planted", leader.password):
        assert secret.encode() not in content
    assert not [name for name in names(path) if "password" in name or "authenticator" in name]
    assert f"records/{CandidateDigest._meta.db_table}.jsonl" not in names(path)
    people = member(path, "records.json")["tables"]
    columns = next(row["columns"] for row in people if row["table"] == "accounts_user")
    assert [column["column"] for column in columns] == ["id", "staff_number", "name", "organisation_id"]


@pytest.mark.offline
def test_papers_are_in_the_pack_with_an_index_and_in_pdf_a(closed_season, media, drawn_papers):
    path = path_of(put_away(closed_season.season))
    card, index = member(path, "archive.json"), [json.loads(line) for line in member(path, "papers.jsonl").splitlines()]
    if card["papers"].get("missing"):
        pytest.skip("没有 pango")
    opinion = Opinion.objects.get()
    row = next(row for row in index if row["kind"] == "监督意见书")
    assert (row["table"], row["id"], card["papers"]["count"]) == ("opinions_opinion", opinion.pk, len(index))
    assert row["file"].startswith(f"papers/监督意见书/0001-{opinion.number}") and row["file"].endswith(
        "交接记录不全.pdf"
    )
    with zipfile.ZipFile(path) as pack:
        content = pack.read(row["file"])
    assert content[:4] == b"%PDF" and b"pdfaid:part" in streams(content)


@pytest.mark.offline
def test_without_the_renderer_the_card_says_so(closed_season, media, monkeypatch):
    monkeypatch.setattr("admissions.core.pdf.engine", lambda: None)
    path = path_of(put_away(closed_season.season))
    papers = member(path, "archive.json")["papers"]
    assert (papers["count"], papers["due"]) == (0, 1)
    assert "服务器没有安装生成 PDF 的组件" in papers["missing"]
    assert verified(path)[0] == PARTLY


def test_progress_is_told_outside_any_transaction(closed_season, media):
    """Inside one nobody would see it before the end."""
    told = []

    def look(done: int, total: int, text: str) -> None:
        assert not connection.in_atomic_block
        told.append((done, total, text))

    archive = put_away(closed_season.season)
    reader = Reader(
        "归档", "归档", Disclosure.SEASON, Event.objects.none(), lambda pack, tell: write_season(pack, archive, tell)
    )
    write_export(media / "x.zip", Seal.objects.newest_first().first(), reader, look)
    assert {text for _, _, text in told} >= {"写出留痕", "写出现行记录", "写出材料"}
    assert all(done <= total for done, total, _ in told)
