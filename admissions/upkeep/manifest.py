"""What a backup holds: the list that lies beside the dump and the evidence."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

from .programs import UpkeepRefused

FORMAT = 1
NAME, DUMP, EVIDENCE = "manifest.json", "database.dump", "evidence"
ADVICE = "请换一份完整的备份，没有改动任何内容。"


@dataclass(frozen=True)
class Manifest:
    """`files`: path inside the backup → hash and size, for everything but the manifest itself."""

    made_at: str
    versions: dict[str, Any]
    migrations: dict[str, list[str]]
    counts: dict[str, int]
    last_event: dict[str, str] | None
    last_seal: dict[str, Any] | None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, directory: Path) -> str:
        """Returns the hash of the manifest, for the paper record."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (directory / NAME).write_text(text, encoding="utf-8")
        return hashlib.sha256(text.encode()).hexdigest()


def read(directory: Path) -> Manifest:
    """Refuses: no manifest, one that was cut, or one of another form."""
    path = directory / NAME
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**values)
    except OSError as error:
        raise UpkeepRefused(f"{directory} 中没有备份清单 {NAME}。{ADVICE}") from error
    except (ValueError, TypeError) as error:
        raise UpkeepRefused(f"备份清单 {NAME} 不完整或格式不对。{ADVICE}") from error
    if manifest.format != FORMAT:
        raise UpkeepRefused(
            f"备份清单的格式编号是 {manifest.format}，本程序只认 {FORMAT}。请使用写这份备份的程序版本。"
        )
    return manifest


def digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def check_files(directory: Path, manifest: Manifest) -> None:
    """Every listed file is there with its bytes, and nothing else lies beside them.  Refuses: any difference."""
    if DUMP not in manifest.files:
        raise UpkeepRefused(f"备份清单里没有数据库 {DUMP}。{ADVICE}")
    for name, expected in manifest.files.items():
        path = directory / name
        if ".." in Path(name).parts or not path.is_file():
            raise UpkeepRefused(f"备份缺少文件 {name}。{ADVICE}")
        if digest(path) != expected:
            raise UpkeepRefused(f"备份中的 {name} 与清单的校验值不符。{ADVICE}")
    present = {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}
    extra = sorted(present - set(manifest.files) - {NAME})
    if extra:
        raise UpkeepRefused(f"备份中多出清单没有的文件 {extra[0]}。{ADVICE}")


def check_program(manifest: Manifest) -> None:
    """The tables of the backup are those this program works with.  Refuses: another version of the program."""
    known = set(MigrationLoader(None).disk_migrations)
    held = {(app, name) for app, names in manifest.migrations.items() for name in names}
    if held == known:
        return
    age = "更新" if held - known else "更旧"
    example = ".".join(min(held ^ known))
    raise UpkeepRefused(
        f"备份来自{age}的程序版本（{manifest.versions.get('program')}，例如迁移 {example} 不同）。"
        "请用那个版本的程序恢复，核对无误后再升级。没有改动任何内容。"
    )
