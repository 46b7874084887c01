"""A whole province with ID numbers in clear: each read, digested, none kept, the file cleared."""

import os
import resource
import time

import pytest
from django.test import TestCase

from admissions.core.importing.kinds import KINDS
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.services import upload_import
from admissions.evidence.storage import Incoming, path_of
from tests.factories.recusal import many_id_numbers, officer
from tests.factories.workgroups import SeasonFactory
from tests.sizes import ALL
from workgroups.recusal import candidate_import
from workgroups.recusal.models import CandidateDigest
from workgroups.recusal.models.candidates import sealed

pytestmark = [pytest.mark.django_db, pytest.mark.server]  # COPY

HEADER = "参考号,身份证号,区县代码,学校代码\n"


def lines(count: int):
    yield HEADER.encode()
    for index, number in enumerate(many_id_numbers(count)):
        yield f"K{index:07},{number},430102,S{index % 7}\n".encode()


@pytest.mark.parametrize("count", [700_000 if ALL else 700])
def test_a_file_with_numbers_in_clear_passes(count):
    kind, seen = KINDS[candidate_import.KIND], []
    batch = upload_import(
        actor=officer(),
        reason="考生摘要第一批",
        kind=kind,
        season=SeasonFactory(),
        incoming=Incoming(lines(count), "考生.csv"),
    )
    begun, before = time.monotonic(), os.times()
    with TestCase.captureOnCommitCallbacks(execute=True):
        batch = check_batch(batch.pk, lambda done, *rest: seen.append(done))
    if ALL:
        tell(time.monotonic() - begun, before)
    assert (batch.status, batch.problem) == (ImportStatus.READY, "")
    assert batch.totals == {"new": count, "changed": 0, "same": 0, "rejected": 0}
    assert (batch.account["rows"], batch.account["lines"]) == (count, count + 1)
    with sealed():
        assert CandidateDigest.objects.filter(id_digest__regex="^[a-z0-9]+:[0-9a-f]{64}$").count() == count
    assert not path_of(batch.file.storage_name).exists()
    assert seen == sorted(seen)


def tell(seconds: float, before: os.times_result) -> None:
    now = os.times()
    most = [resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        f"\n{seconds:.0f} s on the clock; processor: this process {now.user + now.system - before.user - before.system:.0f} s, "
        f"the reader {now.children_user + now.children_system - before.children_user - before.children_system:.0f} s; "
        f"most memory: this process {most[0]} MB, the reader {most[1]} MB"
    )
