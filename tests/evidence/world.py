"""A file, and an import of it that can be confirmed."""

from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.core.importing.kinds import KINDS
from admissions.evidence.models import ImportBatch, ImportRow
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from tests.factories.accounts import user_with
from tests.house.lookers import MEMBER
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up


def plant(world: World) -> None:
    now = timezone.now()
    kind = next(iter(sorted(KINDS)))
    with setting_up():
        content = "日期,是否工作日,说明\n2027-02-30,是,\n".encode()
        file = keep_file(user_with(Role.SECRETARIAT), Incoming([content], "日历.csv"), "导入")
        imported = ImportBatch(
            kind=kind,
            permission=KINDS[kind].permission,
            file=file,
            totals={"new": 1, "rejected": 1},
            uploaded_by=file.uploaded_by,
            uploaded_at=now,
        )
        imported.save()
        ImportRow.objects.create(batch=imported, line=2, verdict="rejected", column="日期", reason="不是日期")
        imported.status = "ready"
        imported.save()
    # What the job that waits is to check.
    world.job.params = {"batch": imported.pk}
    world.job.save()
    world.keep(uploader=file.uploaded_by)
    world.keep(**{"file": file, "import": imported, "import_kind": kind})


def plant_over(world: World) -> None:
    """What the member sent and could not be read."""
    read = getattr(world, "import")
    with setting_up():
        ImportBatch(
            kind=read.kind,
            permission=read.permission,
            file=read.file,
            status="failed",
            problem=f"工作表“{MEMBER_NAME}”没有表头。",
            uploaded_by=world.who[MEMBER],
            uploaded_at=timezone.now(),
        ).save()
