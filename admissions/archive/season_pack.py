"""What a season's pack holds besides the trail: its card, its records, the files they refer to, its papers."""

import json
from typing import Any

from django.db.models import ForeignKey

from admissions.audit.protection import audited_models
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import path_of
from admissions.evidence.unchanged import PIECE, Changed, opened_unchanged
from admissions.seals.export import Pack, Progress
from admissions.seasons.models import Season

from .models import SeasonArchive
from .printed_papers import Copy, write_papers
from .readonly import of_season
from .records import write_records


def write_season(pack: Pack, archive: SeasonArchive, progress: Progress) -> None:
    """The card is written last: it says what became of the rest."""
    season = archive.season
    write_records(pack, season, progress)
    write_files(pack, season, progress)
    papers = write_papers(pack, season, Copy(archive.number), progress)
    card = {
        "number": archive.number,
        "season": {"id": season.pk, "name": season.name, "year": season.year},
        "archived_by": archive.archived_by_name,
        "archived_at": archive.archived_at.isoformat(),
        "papers": papers,
    }
    pack.write("archive.json", json.dumps(card, ensure_ascii=False, indent=1).encode())


def write_files(pack: Pack, season: Season, progress: Progress) -> None:
    files, listed = files_of(season), []
    for number, file in enumerate(files, 1):
        listed.append(_write_file(pack, file))
        progress(number, len(files), "写出材料")
    with pack.member("files.jsonl") as member:
        for row in listed:
            member.line(row)


def _write_file(pack: Pack, file: StoredFile) -> dict[str, Any]:
    """The content, or why it is not there."""
    row = {"id": file.pk, "name": file.name, "sha256": file.sha256, "bytes": file.size, "purpose": file.purpose}
    if file.removed_at is not None:
        return {**row, "missing": file.removed_at.isoformat()}
    try:
        stream = opened_unchanged(path_of(file.storage_name), file.sha256)
    except Changed:
        return {**row, "missing": "内容与校验值不符"}
    with stream, pack.member(f"files/{file.sha256}") as member:
        while chunk := stream.read(PIECE):
            member.write(chunk)
    return row


def files_of(season: Season) -> list[StoredFile]:
    """Every file that a record of the season refers to, each content once."""
    found: dict[str, StoredFile] = {}
    for model in audited_models():
        path = of_season(model)
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, ForeignKey) and field.related_model is StoredFile
        ]
        for name in fields if path else []:
            ids = model._base_manager.filter(**{path: season}).exclude(**{name: None}).values(name)
            found |= {file.sha256: file for file in StoredFile._base_manager.filter(pk__in=ids)}
    return [found[key] for key in sorted(found)]
