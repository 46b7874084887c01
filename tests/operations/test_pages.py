"""Pages of 环节单: what they show, to whom, what they refuse; and how many queries a list takes."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from admissions.accounts.enums import Role
from admissions.archive.printed_papers import Copy
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core import pdf
from admissions.core.todos import remember_count
from admissions.operations.steps.archiving import run_paper, runs
from admissions.operations.steps.demo import build_steps
from admissions.operations.steps.enums import RunStatus
from admissions.operations.steps.models import StepMaterial, StepRun, StepSignature
from tests.factories.accounts import PASSWORD, user_with
from tests.factories.files import pdf_file
from tests.factories.seasons import BatchFactory, OpenSeasonFactory
from tests.factories.steps import archived, executed, ordered, passed, staffed, taken
from tests.factories.supervision import again
from tests.factories.workgroups import WorkGroupFactory
from tests.sizes import SIZES
from tests.trail import setting_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return staffed()


def page(client, user, url, /, *args, **query):
    client.force_login(user)
    return client.get(reverse(url, args=args), query)


def post(client, user, url, /, *args, **data):
    client.force_login(user)
    return client.post(reverse(url, args=args), data, follow=True)


class TestWalk:
    def test_from_the_order_to_the_archive(self, client, of):
        batch = BatchFactory(season=of.group.season)
        asked = {"step": of.step.pk, "title": "第一次投档", "batch": batch.pk, "reason": "按模板办理"}
        answer = post(client, of.by("L"), "steps:run-open", **asked)
        run = StepRun.objects.get()
        assert "第一次投档" in answer.content.decode() and run.batch == batch
        upload = SimpleUploadedFile("投档线.pdf", pdf_file())
        post(client, of.by("A"), "steps:material-add", run.pk, side="output", name="投档线", file=upload)
        seen = page(client, of.by("A"), "steps:run-execute", run.pk).context["form"].initial["seen_digest"]
        signing = {"own_password": PASSWORD}
        post(client, of.by("A"), "steps:run-execute", run.pk, reason="投档1200人", seen_digest=seen, **signing)
        post(client, of.by("R"), "steps:run-take", run.pk)
        post(client, of.by("R"), "steps:run-pass", run.pk, reason="逐校核对一致", **signing)
        post(client, of.by("S"), "steps:run-confirm", run.pk, reason="现场查看", **signing)
        answer = post(client, of.by("L"), "steps:run-archive", run.pk, reason="齐全").content.decode()
        run.refresh_from_db()
        assert run.status == RunStatus.ARCHIVED
        assert all(words in answer for words in ("已归档", "逐校核对一致", run.outputs_hash))

    def test_a_signature_needs_the_password(self, client, of):
        run = taken(of)
        answer = post(client, of.by("R"), "steps:run-pass", run.pk, reason="一致", own_password="wrong")
        assert answer.status_code == 422
        assert not StepSignature.objects.filter(run=run, act="pass").exists()

    def test_a_page_opened_before_the_return_signs_nothing(self, client, of):
        """The form carries the revision it saw: the lost race is told, with what the other has signed."""
        run = passed(of)
        stale = page(client, of.by("S"), "steps:run-confirm", run.pk).context["seen"]
        post(
            client,
            of.by("S"),
            "steps:run-reject",
            run.pk,
            reason="备份单没有时间",
            **dict(page(client, of.by("S"), "steps:run-reject", run.pk).context["seen"]),
        )
        answer = post(
            client, of.by("S"), "steps:run-confirm", run.pk, reason="无异议", own_password=PASSWORD, **dict(stale)
        )
        assert answer.status_code in (403, 422) and "监督退回" in answer.content.decode()

    def test_a_file_that_is_none_of_the_allowed_kinds(self, client, of):
        run = ordered(of)
        upload = SimpleUploadedFile("线.pdf", b"MZ\x90\x00not a pdf")
        answer = post(client, of.by("A"), "steps:material-add", run.pk, side="output", name="线", file=upload)
        assert answer.status_code == 422 and not StepMaterial.objects.exists()
        assert "线" in answer.content.decode()

    def test_what_nobody_but_supervision_may_do_is_not_offered(self, client, of):
        run = executed(of)
        assert "监督制止" not in page(client, of.by("R"), "steps:run", run.pk).content.decode()
        assert "监督制止" in page(client, of.by("S"), "steps:run", run.pk).content.decode()

    def test_a_material_is_given_for_a_purpose_and_its_reading_recorded(self, client, of):
        run = executed(of)
        row = run.materials.get()
        assert page(client, of.by("R"), "steps:material", row.pk).status_code == 200
        answer = page(client, of.by("R"), "steps:material", row.pk, purpose="work")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert (
            Event.objects.filter(outcome=Outcome.READ, action_label="下载环节材料", target_id=str(run.pk)).count() == 1
        )


class TestLists:
    def test_filters(self, client, of):
        late = ordered(of, title="逾期的")
        with setting_up():
            late.due_at = timezone.now()
            late.save()
        held = executed(of, ordered(of, title="制止的"))
        post(client, of.by("S"), "steps:run-hold", held.pk, reason="备份未完成")
        other = executed(of, ordered(of, title="待复核的"))

        def listed(letter="R", **query):
            return {
                row.record.title for row in page(client, of.by(letter), "steps:runs", **query).context["table"].rows
            }

        assert listed() == {"逾期的", "制止的", "待复核的"}
        assert listed(whose="late") == {"逾期的"}
        assert listed(whose="held") == {"制止的"}
        assert listed(whose="mine") == {"待复核的"}
        assert listed(status="pending") == {"逾期的"}
        assert listed(q=other.number) == {"待复核的"}
        assert listed(stage="plan") == set()
        assert listed("A", step=of.step.pk) == {"逾期的", "制止的", "待复核的"}

    def test_counts_are_those_the_reader_sees(self, client, of):
        archived(of)
        ordered(of)
        other = WorkGroupFactory(season=of.group.season)
        stranger = user_with(Role.SUPERVISOR, season=of.group.season, group=other)
        counts = dict(page(client, of.by("L"), "steps:runs").context["counts"])
        assert (counts[RunStatus.ARCHIVED], counts[RunStatus.PENDING], counts[RunStatus.VOID]) == (1, 1, 0)
        assert sum(number for _, number in page(client, again(stranger), "steps:runs").context["counts"]) == 0

    def test_as_many_queries_for_one_as_for_many(self, client, of):
        viewer = of.by("A")
        counted = []
        for size in SIZES:
            for number in range(StepRun.objects.count(), size):
                with setting_up():
                    StepRun(
                        number=f"试{number}", step=of.step, group=of.group, title=f"第{number}次", opened_by=of.people["L"],
                        opened_at=timezone.now(), due_at=timezone.now(),
                    ).save()  # fmt: skip
            sizes = []
            for query in ({}, {"whose": "mine", "q": "次"}, {"export": "csv", "purpose": "work"}):
                page(client, viewer, "steps:runs", **query)
                remember_count(viewer, [])
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(reverse("steps:runs"), query).status_code == 200
                sizes.append(len(captured))
            counted.append(sizes)
        assert counted == counted[:1] * len(SIZES)


@pytest.mark.skipif(pdf.engine() is None, reason="没有 pango：apt-get install libpangoft2-1.0-0")
class TestPaper:
    def test_every_signature_and_hash_stands_on_it(self, client, of):
        run = archived(of)
        answer = page(client, of.by("S"), "steps:run-pdf", run.pk)
        text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")
        for row in StepSignature.objects.filter(run=run):
            assert row.get_act_display() in text and row.content_hash in text
        assert "核验码" in text

    def test_the_archive_of_a_season_holds_it(self, of):
        run = archived(of)
        paper = run_paper(runs(of.group.season).get())
        assert paper.title.startswith(run.number)
        assert paper.make(Copy("归档")).startswith(b"%PDF")


class TestDemonstration:
    def test_built_once_with_a_sheet_in_each_state(self):
        season = OpenSeasonFactory()
        BatchFactory(season=season)
        staffed(staffed(name="投档模板设置").group, name="断网备份与复网")
        assert build_steps() == build_steps() == 7
        states = sorted(StepRun.objects.values_list("status", flat=True))
        assert states == ["archived", "executed", "executed", "passed", "pending", "reviewing", "void"]
        assert StepRun.objects.filter(held_at__isnull=False).count() == 1

    def test_nothing_where_nobody_is_on_duty(self):
        OpenSeasonFactory()
        assert build_steps() == 0

    def test_never_outside_the_demonstration(self, settings):
        settings.DEMONSTRATION = False
        with pytest.raises(CommandError, match="不是演示环境"):
            call_command("demo_operations")
