"""考生摘要: two officers, no number kept, each refused row explained, nothing twice."""

from pathlib import Path

import pytest
from django.test import TestCase

from admissions.accounts.identity import keyed_digest
from admissions.audit.access import RecusedScope
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.core.importing.kinds import KINDS
from admissions.core.importing.sheets import Row
from admissions.evidence import jobs as evidence_jobs
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.models import ImportBatch
from admissions.evidence.services import confirm_import, upload_import, void_import
from admissions.evidence.storage import Incoming
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from tests.factories.files import xlsx_file
from tests.factories.recusal import fact_about, id_number, many_id_numbers, officer
from tests.factories.workgroups import SeasonFactory
from tests.trail import assert_refused
from tests.workgroups.recusal.searching import files_containing, tables_containing
from workgroups.recusal import candidate_import, plain_digests
from workgroups.recusal.candidate_rows import CandidateRows
from workgroups.recusal.models import CandidateBatch, CandidateDigest
from workgroups.recusal.models.candidates import sealed

pytestmark = [pytest.mark.django_db, pytest.mark.server]  # COPY

HEADER = "考生参考号,证件号摘要,区县代码,学校代码\n"
RAW_HEADER = "参考号,身份证号,区县代码,学校代码\n"


@pytest.fixture
def season():
    return SeasonFactory()


def digest_lines(count: int) -> str:
    rows = (
        f"K{index:07},{keyed_digest(number)},430102,S{index % 7}\n"
        for index, number in enumerate(many_id_numbers(count))
    )
    return "".join(rows)


def opened(content: bytes, season) -> ImportBatch:
    """Stored, its check waiting."""
    return upload_import(
        actor=officer(),
        reason="考生摘要第一批",
        kind=KINDS[candidate_import.KIND],
        season=season,
        incoming=Incoming([content], "考生摘要.csv"),
    )


def uploaded(content: str | bytes, season, by=None, name="考生摘要.csv") -> ImportBatch:
    data = content if isinstance(content, bytes) else content.encode()
    batch = upload_import(
        actor=by or officer(),
        reason="考生摘要第一批",
        kind=KINDS[candidate_import.KIND],
        season=season,
        incoming=Incoming([data], name),
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        return check_batch(batch.pk)


def confirmed(batch: ImportBatch, by=None) -> ImportBatch:
    confirm_import(actor=by or officer(), reason="核对无误", batch=batch)
    job = Job.objects.get(kind="imports.apply", params__batch=batch.pk)
    evidence_jobs.apply(job, lambda *args, **kwargs: None)
    batch.refresh_from_db()
    return batch


def staged_digests() -> list[str]:
    with sealed():
        return sorted(CandidateDigest.objects.values_list("id_digest", flat=True))


def rejections(batch: ImportBatch) -> list[tuple]:
    return list(batch.rows.order_by("line").values_list("line", "column", "value", "reason"))


def test_clean_digests_are_taken_as_they_are(season):
    batch = uploaded(HEADER + digest_lines(50), season)
    assert batch.status == ImportStatus.READY
    assert batch.totals == {"new": 50, "changed": 0, "same": 0, "rejected": 0}
    assert len(staged_digests()) == 50


def test_nothing_counts_before_another_officer_confirms(season):
    uploader = officer()
    batch = uploaded(HEADER + digest_lines(3), season, uploader)
    assert CandidateBatch.objects.newest(season) is None
    with pytest.raises(Refused, match="不能确认自己上传的导入"):
        confirm_import(actor=uploader, reason="自己确认", batch=batch)
    other = officer()
    assert confirmed(batch, other).status == ImportStatus.APPLIED
    newest = CandidateBatch.objects.newest(season)
    assert (newest.row_count, newest.uploaded_by, newest.confirmed_by) == (3, uploader, other)
    assert newest.source_hash == batch.file.sha256


def test_raw_numbers_are_digested_on_the_way(season, private_files):
    first, second = id_number(1), id_number(17)
    spoiled = "".join(chr(ord(digit) + 0xFEE0) if digit.isdigit() else digit.lower() for digit in second)
    batch = uploaded((RAW_HEADER + f"K1,{first},430102,S1\nK2, {spoiled} ,430103,\n").encode("gb18030"), season)
    assert batch.totals["new"] == 2
    assert staged_digests() == sorted([keyed_digest(first), keyed_digest(second)])
    for number in (first, second):
        assert tables_containing(number) == []
        assert files_containing(number, private_files) == []
    batch.file.refresh_from_db()
    assert batch.file.removed_at is not None


def test_each_refused_row_says_line_column_value_and_why(season):
    good, bad_check = id_number(1), id_number(2)[:17] + ("0" if id_number(2)[17] != "0" else "1")
    lines = [
        f"K1,{good},430102,S1",
        f"K2,{bad_check},430102,S1",
        f",{id_number(3)},430102,S1",
        f"K4,{good},430102,S1",
        f"K1,{id_number(5)},430102,S1",
        f"{id_number(6)},{id_number(7)},430102,S1",
        "K7,只有三列,430102",
        f"K8,{id_number(8)},{'4' * 13},S1",
    ]
    batch = uploaded(RAW_HEADER + "\n".join(lines) + "\n", season)
    assert batch.totals == {"new": 1, "changed": 0, "same": 0, "rejected": 7}
    assert rejections(batch) == [
        (3, "证件号码", f"****{bad_check[-4:]}", "校验位不符，请核对是否抄错"),
        (4, "考生参考号", "", "不能为空"),
        (5, "证件号摘要", keyed_digest(good)[:12], "与第2行重复"),
        (6, "考生参考号", "K1", "与第2行重复"),
        (7, "考生参考号", f"****{id_number(6)[-4:]}", "不得用证件号码作参考号"),
        (8, "", "", "应有4列，实有3列"),
        (9, "区县代码", "****4444", "不得用考生号作代码"),
    ]
    assert staged_digests() == [keyed_digest(good)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("K9,h1:xyz,430102,S1\n", "应为“h1:”加64位十六进制摘要"),
        (f"K9,{'a' * 67},430102,S1\n", "应为“h1:”加64位十六进制摘要"),
        (f"K9,h1:{keyed_digest('u')[:64]},430102,S1\n", "应为“h1:”加64位十六进制摘要"),
        (f"K0000000,{keyed_digest('x')},430102,S1\n", "与第2行重复"),
        (f" K0000000 ,{keyed_digest('v')},430102,S1\n", "与第2行重复"),
        (f"K9,{keyed_digest(many_id_numbers(1)[0])},430102,S1\n", "与第2行重复"),
        (f"{id_number(1)},{keyed_digest('y')},430102,S1\n", "不得用证件号码作参考号"),
        (f"K9,{keyed_digest('z')}\n", "应有4列，实有2列"),
    ],
)
def test_one_bad_row_among_clean_digests_is_found(season, line, reason):
    batch = uploaded(HEADER + digest_lines(20) + line, season)
    assert (batch.totals["new"], batch.totals["rejected"]) == (20, 1)
    assert [(row[0], row[3]) for row in rejections(batch)] == [(22, reason)]
    assert len(staged_digests()) == 20


def test_lines_whose_cells_make_up_for_each_other_are_both_refused(season):
    lines = f"K8,{keyed_digest('s')}\nK9,{keyed_digest('t')},430102,S1,430102,S1\n"
    batch = uploaded(HEADER + digest_lines(20) + lines, season)
    assert [(row[0], row[3]) for row in rejections(batch)] == [(22, "应有4列，实有2列"), (23, "应有4列，实有6列")]
    assert len(staged_digests()) == 20


@pytest.mark.parametrize("lengths", [(63, 65), (65, 63), (62, 66), (64, 63)])
def test_digests_whose_lengths_make_up_for_each_other_are_refused(season, lengths):
    lines = "".join(f"L{length},h1:{'a' * length},430102,S1\n" for length in lengths)
    batch = uploaded(HEADER + digest_lines(20) + lines, season)
    wrong = [place for place, length in enumerate(lengths, 22) if length != 64]
    assert [(row[0], row[1]) for row in rejections(batch)] == [(line, "证件号摘要") for line in wrong]
    assert len(staged_digests()) == 22 - len(wrong)


@pytest.mark.parametrize("sign", ["g", "A", ":", "h", "-"])
@pytest.mark.parametrize("place", [3, 40, 66])
def test_one_sign_in_a_digest_that_is_no_digit_is_seen(sign, place):
    right = [keyed_digest(number).encode() for number in many_id_numbers(3)]
    wrong = right[1][:place] + sign.encode() + right[1][place + 1 :]
    assert plain_digests.are_digests(right)
    assert not plain_digests.are_digests([right[0], wrong, right[2]])


def test_a_file_of_several_blocks_with_other_newlines_is_taken_as_it_is(season):
    lines = digest_lines(2 * candidate_import.CHUNK // 80)
    staged = uploaded((HEADER + lines).replace("\n", "\r\n"), season)
    assert staged.totals["new"] == lines.count("\n")
    assert staged_digests() == sorted(line.split(",")[1] for line in lines.splitlines())
    with sealed():
        assert set(CandidateDigest.objects.values_list("school_code", flat=True)) == {f"S{index}" for index in range(7)}


def test_a_quoted_cell_far_down_is_read(season):
    line = f'"K9","{keyed_digest(id_number(9))}","430102","S1"\n'
    assert uploaded(HEADER + digest_lines(20) + line, season).totals["new"] == 21


def test_other_newlines_missing_columns_and_quotes_are_read(season):
    number = id_number(4)
    content = f'\ufeff"考生参考号","证件号摘要"\r\n"K1","{keyed_digest(number).upper()}"\r\n'
    assert uploaded(content, season).totals["new"] == 1
    assert staged_digests() == [keyed_digest(number)]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("考生参考号,姓名,证件号码\n", "不需要的列：姓名"),
        ("证件号码,区县代码\n", "缺少列“考生参考号”"),
        ("考生参考号,证件号码,证件号摘要\n", "其中一列"),
        ("考生参考号,证件号码,身份证号\n", "只出现一次"),
    ],
)
def test_unwanted_or_missing_columns_refuse_the_file(season, header, problem):
    batch = uploaded(header + "K1,x,y\n", season)
    assert batch.status == ImportStatus.FAILED
    assert problem in batch.problem
    assert CandidateBatch.objects.count() == 0


def test_an_empty_file_can_be_sent_again_filled(season):
    assert "没有数据行" in uploaded(HEADER, season).problem
    assert "没有数据行" in uploaded(HEADER, season).problem
    assert uploaded(HEADER + digest_lines(1), season).status == ImportStatus.READY


def test_the_same_file_is_taken_once(season):
    content = HEADER + digest_lines(3)
    confirmed(uploaded(content, season))
    again = uploaded(content, season)
    assert again.status == ImportStatus.FAILED
    assert "已经上传过" in again.problem
    assert len(staged_digests()) == 3


def test_voided_rows_are_forgotten_and_the_file_may_come_again(season):
    content = HEADER + digest_lines(3)
    batch = uploaded(content, season)
    void_import(actor=officer(), reason="发错文件", batch=batch)
    assert staged_digests() == []
    assert uploaded(content, season).status == ImportStatus.READY


def test_a_check_that_is_run_again_starts_over(season):
    batch = uploaded(HEADER + digest_lines(3), season)
    source = CandidateBatch.objects.get(source=batch)
    path = Incoming([(HEADER + digest_lines(3)).encode()], "again.csv").path
    totals = candidate_import.CandidateBulk().check(batch, path, lambda *args, **kwargs: None)
    assert totals["new"] == 3
    assert len(staged_digests()) == 3
    assert CandidateBatch.objects.get() == source


def test_the_candidate_table_cannot_be_queried_elsewhere(season):
    with pytest.raises(RuntimeError, match="只供比对作业"):
        CandidateDigest.objects.count()
    with pytest.raises(RuntimeError, match="只供比对作业"):
        list(CandidateDigest.objects.all())


def test_jobs_do_the_same(season):
    """Through the runner, as a worker would."""
    batch = uploaded(HEADER + digest_lines(2), season)
    confirm_import(actor=officer(), reason="核对无误", batch=batch)
    job = Job.objects.get(kind="imports.apply", params__batch=batch.pk)
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["totals"]["new"]) == ("done", 2)


APART = "您对此事项负有回避义务"
KEPT_FROM = [
    ("candidate", keyed_digest(many_id_numbers(3)[2])),
    ("district", "430102"),
    ("school", "S2"),
]


class TestTheGate:
    """Nobody brings in, confirms or gives up a file in which somebody stands whom they must keep away from."""

    def apart(self, season, kind, key):
        person = officer()
        fact_about(person, season, kind=kind, key=key)
        return person

    @pytest.mark.parametrize(("kind", "key"), KEPT_FROM)
    def test_who_uploads(self, season, kind, key):
        apart = self.apart(season, kind, key)
        batch = upload_import(
            actor=apart,
            reason="考生摘要",
            kind=KINDS[candidate_import.KIND],
            season=season,
            incoming=Incoming([(HEADER + digest_lines(5)).encode()], "考生摘要.csv"),
        )
        job = Job.objects.get(kind="imports.check", params__batch=batch.pk)
        with TestCase.captureOnCommitCallbacks(execute=True):
            run(job.pk)
        batch.refresh_from_db()
        assert batch.status == ImportStatus.FAILED
        assert APART in batch.problem
        assert staged_digests() == []
        assert_refused("imports.check", actor=apart)

    @pytest.mark.parametrize(("kind", "key"), KEPT_FROM)
    @pytest.mark.parametrize(("act", "code"), [(confirm_import, "imports.confirm"), (void_import, "imports.void")])
    def test_who_confirms_or_gives_up(self, season, kind, key, act, code):
        apart, batch = self.apart(season, kind, key), uploaded(HEADER + digest_lines(5), season)
        with pytest.raises(Refused, match=APART):
            act(actor=apart, reason="核对无误", batch=batch)
        assert_refused(code, actor=apart)
        batch.refresh_from_db()
        assert batch.status == ImportStatus.READY

    def test_somebody_kept_away_from_others_may(self, season):
        free = officer()
        for kind, key in (("candidate", keyed_digest(id_number(999))), ("district", "430999"), ("school", "S9")):
            fact_about(free, season, kind=kind, key=key)
        batch = uploaded(HEADER + digest_lines(5), season)
        assert confirmed(batch, free).status == ImportStatus.APPLIED

    def test_found_between_confirmation_and_writing(self, season):
        batch, confirmer = uploaded(HEADER + digest_lines(5), season), officer()
        confirm_import(actor=confirmer, reason="核对无误", batch=batch)
        fact_about(confirmer, season, kind="candidate", key=KEPT_FROM[0][1])
        job = Job.objects.get(kind="imports.apply", params__batch=batch.pk)
        with TestCase.captureOnCommitCallbacks(execute=True):
            run(job.pk)
        batch.refresh_from_db()
        assert batch.status == ImportStatus.FAILED and APART in batch.problem
        assert CandidateBatch.objects.newest(season) is None

    def test_one_more_question_and_only_for_who_keeps_away(self, season, django_assert_num_queries):
        batch = uploaded(HEADER + digest_lines(5), season)
        apart = RecusedScope(candidates=frozenset([KEPT_FROM[0][1]]))
        with django_assert_num_queries(0):
            assert batch.names_any(RecusedScope(persons=frozenset([1]))) is False
        with django_assert_num_queries(2):
            assert batch.names_any(apart) is True

    def test_the_entries_say_on_whose_order(self, season):
        uploader, confirmer = officer(), officer()
        batch = uploaded(HEADER + digest_lines(2), season, uploader)
        confirmed(batch, confirmer)
        for action, who in (("imports.check", uploader), ("imports.apply", confirmer)):
            details = Event.objects.get(action=action).details
            assert (details["asked_by"], details["asked_by_name"]) == (who.pk, who.name)
            assert "totals" in details


DATA = Path(__file__).parents[2] / "data" / "tables_in"


class TestKindsOfFiles:
    """The same eight candidates, saved by other programs (tests/data/tables_in)."""

    @pytest.mark.parametrize("name", ["cand_utf16.csv", "cand_cr.csv", "cand_trailing_comma.csv", "cand_semicolon.csv"])
    def test_every_usual_kind_is_read(self, season, name):
        batch = uploaded((DATA / name).read_bytes(), season)
        assert (batch.status, batch.totals["new"], batch.totals["rejected"]) == (ImportStatus.READY, 8, 0)

    def test_a_workbook_is_read_like_a_text(self, season):
        rows = [RAW_HEADER.strip().split(","), ["K1", id_number(1), "430102", "S1"]]
        assert uploaded(xlsx_file(rows), season, name="考生.xlsx").totals["new"] == 1

    def test_an_open_quote_loses_nobody_unseen(self, season):
        batch = uploaded((DATA / "cand_open_quote.csv").read_bytes(), season)
        assert batch.status == ImportStatus.FAILED
        assert "第4行的引号没有成对" in batch.problem
        assert staged_digests() == []

    def test_what_could_not_be_read_may_come_again_mended(self, season):
        assert uploaded(RAW_HEADER + '"K1,1,,\n', season).status == ImportStatus.FAILED
        assert "引号没有成对" in uploaded(RAW_HEADER + '"K1,1,,\n', season).problem

    @pytest.mark.parametrize(
        "content",
        [
            b"\xff\xfe\x00",
            b'"' * 200_000,
            RAW_HEADER.encode() + b'"' + b"1,2,3,4\n" * 40_000,
            RAW_HEADER.encode() + b"," * 300_000,
            RAW_HEADER.encode("utf-16")[:-1],
            b"\xef\xbb\xbf\r\r\r",
            ("参考号,身份证号" + "\n" * 1000).encode(),
        ],
    )
    def test_a_fault_of_the_file_is_never_a_fault_of_the_system(self, season, content):
        """Through the runner, as a worker would: one attempt, one sentence."""
        batch = opened(content, season)
        job = Job.objects.get(kind="imports.check", params__batch=batch.pk)
        assert run(job.pk)
        job.refresh_from_db()
        batch.refresh_from_db()
        assert (job.state, job.attempts, batch.status) == ("done", 1, ImportStatus.FAILED)
        assert batch.problem.endswith("。")

    def test_the_account_adds_up(self, season):
        batch = uploaded(HEADER + digest_lines(20) + "K9,x,430102,S1\n\n", season)
        account = batch.account
        assert (account["lines"], account["above"], account["rows"], account["empty"]) == (23, 1, 21, 1)
        assert sum(batch.totals.values()) == account["rows"]
        clean = uploaded(HEADER + digest_lines(30), season)
        assert (clean.account["rows"], clean.account["absent"]) == (30, ["证件号码"])


PEOPLES_NUMBERS = {
    "考生号": "26430102150001",
    "证件号码": "990101200801010127",
    "手机号": "13912345678",
}
SPELLINGS = {
    "plain": lambda text: text,
    "spaced": lambda text: f"{text[:6]} {text[6:10]} {text[10:]}",
    "dashed": lambda text: "-".join(text),
    "wide": lambda text: "".join(chr(ord(sign) + 0xFEE0) for sign in text),
    "arabic": lambda text: "".join(chr(0x660 + int(sign)) for sign in text),
    "chinese": lambda text: "".join("〇一二三四五六七八九"[int(sign)] for sign in text),
    "circled": lambda text: "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(sign)] for sign in text),
    "hidden": lambda text: "\u200b".join(text),
    "before": lambda text: f"X{text}",
    "behind": lambda text: f"{text}A1",
    "dotted": lambda text: f"K.{text[:7]}.{text[7:]}",
}


class TestPrivacy:
    def test_the_file_that_got_through(self, season):
        batch = uploaded((DATA / "cand_refs.csv").read_bytes(), season)
        assert (batch.totals["new"], batch.totals["rejected"]) == (0, 5)

    @pytest.mark.parametrize("spelling", sorted(SPELLINGS))
    @pytest.mark.parametrize("kind", sorted(PEOPLES_NUMBERS))
    @pytest.mark.parametrize("header", [HEADER, RAW_HEADER])
    def test_nobodys_number_is_kept_however_it_is_written(self, season, header, kind, spelling):
        number = SPELLINGS[spelling](PEOPLES_NUMBERS[kind])
        own = id_number(3) if header == RAW_HEADER else keyed_digest("x")
        lines = [f"{number},{own},430102,S1", f"K2,{own},430102,{number}", f"K3,{own},{number},S1"]
        batch = uploaded(header + "\n".join(lines) + "\n", season)
        assert (batch.totals["new"], batch.totals["rejected"]) == (0, 3)

    @pytest.mark.parametrize("name", ["喻示甲", "K示甲", "ZhangShiSan", "示.甲"])
    def test_no_name_is_a_reference(self, season, name):
        assert uploaded(HEADER + f"{name},{keyed_digest('x')},430102,S1\n", season).totals["rejected"] == 1

    @pytest.mark.parametrize("reference", ["K0000001", "2026-000123", "a3f9-77b2-0c1d", "1"])
    def test_codes_are_references(self, season, reference):
        assert uploaded(HEADER + f"{reference},{keyed_digest('x')},430102001001,\n", season).totals["new"] == 1

    @pytest.mark.parametrize("place", range(6))
    def test_a_number_planted_in_any_column_is_found_nowhere_afterwards(self, season, private_files, place):
        """In the columns that are read, in one that is not, in the heading, and in a line that is too long."""
        number = PEOPLES_NUMBERS["证件号码"]
        header, cells = RAW_HEADER.strip().split(","), ["K1", id_number(3), "430102", "S1"]
        if place < 4:
            cells[place] = f"A{number}"
        elif place == 4:
            header.append(number)
        else:
            cells.append(number)
        batch = opened(f"{','.join(header)}\n{','.join(cells)}\n".encode(), season)
        with TestCase.captureOnCommitCallbacks(execute=True):
            run(Job.objects.get(kind="imports.check", params__batch=batch.pk).pk)
        assert tables_containing(number) == []
        assert files_containing(number, private_files) == []


def test_sixty_thousand_numbers_in_clear_are_taken(season, monkeypatch):
    """Through the runner: what tells how far the work is must not disturb the writing (H6)."""
    numbers = many_id_numbers(60_000)
    content = RAW_HEADER + "".join(f"K{index},{number},430102,S1\n" for index, number in enumerate(numbers))
    batch = opened(content.encode(), season)
    job = Job.objects.get(kind="imports.check", params__batch=batch.pk)
    assert run(job.pk)
    job.refresh_from_db()
    batch.refresh_from_db()
    assert (job.state, job.done, batch.totals["new"]) == ("done", 60_000, 60_000)


@pytest.mark.parametrize(
    ("cells", "are"),
    [
        (["K1", "2"], True),
        (["K1", ""], False),
        (["", "K1"], False),
        (["K1", "KA", "K2"], False),
        (["K1", "-"], False),
        (["1234567890"], True),
        (["12345678901"], False),
        (["12345-678901"], False),
        (["K1", "示1"], False),
        (["K1", "K 1"], False),
    ],
)
def test_what_the_fast_way_takes_for_references(cells, are):
    assert plain_digests.are_references([cell.encode() for cell in cells]) == are


@pytest.mark.parametrize(
    ("cells", "are"),
    [
        (["", "S1"], True),
        (["430102001001", "4301"], True),
        (["13912345678"], False),
        (["013912345678"], False),
        (["1391234-5678"], False),
        (["26430102150001"], False),
        (["S13912345678"], False),
        (["示"], False),
    ],
)
def test_what_the_fast_way_takes_for_codes(cells, are):
    assert plain_digests.are_codes([cell.encode() for cell in cells]) == are


def test_both_ways_say_the_same_of_a_reference():
    """What the careful reader refuses, the fast one does not take, and the other way round."""
    references = ["K1", "KA", "12345678901", "1234567890", "A-1", "1391-2345-678", "X26430102150001", "示1", ""]
    for reference in references:
        rows = CandidateRows(1)
        row = Row(
            2,
            {
                "reference": reference,
                "id_digest": keyed_digest("x"),
                "number": "",
                "district_code": "",
                "school_code": "",
            },
        )
        taken = bool(list(rows.lines([row], False)))
        assert taken == plain_digests.are_references([reference.encode()]), reference
