"""What is signed: plain data whose SHA-256 anybody can compute again from the sheet and its files.

The hash of a value is that of its canonical JSON (keys sorted, no spaces, UTF-8), as for 请示报告.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from admissions.evidence.storage import is_unchanged
from workgroups.requests.document import digest_of

from .enums import Act, Side
from .models import StepMaterial, StepRun, StepSignature


@dataclass(frozen=True)
class Papers:
    """The material of a sheet as it stands: `inputs` and `outputs` are lists of {name, sha256, size}, in order of name."""

    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]

    @property
    def inputs_hash(self) -> str:
        return digest_of({"files": self.inputs})

    def outputs_hash(self, result: str) -> str:
        """Over the files and the executor's words about the result."""
        return digest_of({"files": self.outputs, "result": result})

    @property
    def digest(self) -> str:
        """Of everything shown to who is about to sign."""
        return digest_of({"inputs": self.inputs, "outputs": self.outputs})


def papers_of(materials: Iterable[StepMaterial]) -> Papers:
    rows = sorted(materials, key=lambda row: (row.name, row.sha256))
    inputs, outputs = (
        [{"name": row.name, "sha256": row.sha256, "size": row.size} for row in rows if row.side == side]
        for side in Side
    )
    return Papers(inputs, outputs)


def current_materials(run: StepRun) -> list[StepMaterial]:
    """What has not been taken off, inputs first."""
    rows = StepMaterial.objects.filter(run=run, dropped_at__isnull=True).select_related("file", "added_by")
    return sorted(rows, key=lambda row: (row.side, row.pk))


def content_of(run: StepRun, act: Act, signature: StepSignature, papers: Papers | None = None) -> dict[str, Any]:
    """What one signature binds. `papers`: the material, where the executor signs; later signatures bind its hashes."""
    content = {
        "number": run.number,
        "step": run.step.name,
        "title": run.title,
        "batch": str(run.batch) if run.batch_id else "",
        "round": signature.round,
        "act": act.label,
        "person": signature.person_id,
        "name": signature.person_name,
        "on_behalf_of": signature.on_behalf_of_id,
        "post": signature.post_name,
        "at": signature.at.astimezone(UTC).isoformat(),
        "text": signature.text,
        "inputs_hash": run.inputs_hash,
        "outputs_hash": run.outputs_hash,
    }
    if papers is not None:
        content |= {"inputs": papers.inputs, "outputs": papers.outputs}
    return content


def last_execution(run: StepRun) -> StepSignature | None:
    return StepSignature.objects.filter(run=run, act=Act.EXECUTE).order_by("pk").last()


def are_unchanged(materials: Iterable[StepMaterial]) -> bool:
    """The files on the disk are those that were added."""
    return all(is_unchanged(row.file.storage_name, row.sha256) for row in materials)


def is_intact(run: StepRun) -> bool:
    """Files, sheet and the executor's signature still agree; worked out once per object, for every file is read."""
    if "_is_intact" not in run.__dict__:
        run.__dict__["_is_intact"] = _agrees(run)
    return run.__dict__["_is_intact"]


def _agrees(run: StepRun) -> bool:
    signed = last_execution(run)
    if signed is None or signed.round != run.round or not run.outputs_hash:
        return True  # nothing is signed in this round
    materials = current_materials(run)
    papers = papers_of(materials)
    return (
        digest_of(signed.content) == signed.content_hash
        and (signed.content["inputs"], signed.content["outputs"]) == (papers.inputs, papers.outputs)
        and (run.inputs_hash, run.outputs_hash) == (papers.inputs_hash, papers.outputs_hash(signed.text))
        and are_unchanged(materials)
    )
