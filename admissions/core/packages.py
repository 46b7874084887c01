"""Packages of office programs: which part is the main one, and where a part leads (ECMA-376 part 2).

Names of parts are not fixed: a program may call its main part as it likes, and the relations of the package say which it
is. Nothing here unpacks more than the small parts that hold relations.
"""

import posixpath
import zipfile
from dataclasses import dataclass
from urllib.parse import unquote
from xml.parsers import expat

MOST_RELATIONS = 4 << 20
MAIN = "/officeDocument"


class BrokenPackage(Exception):
    """The relations of the package lead nowhere or cannot be read."""


@dataclass(frozen=True)
class Relation:
    """`kind` is the last word of its type, such as `worksheet`; `target` the full name of a part."""

    key: str
    kind: str
    target: str


class Package:
    """The parts of an open archive by their names, which are compared without case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.entries = {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}

    def entry(self, name: str) -> zipfile.ZipInfo:
        try:
            return self.entries[name.lower()]
        except KeyError:
            raise BrokenPackage(name) from None

    def has(self, name: str) -> bool:
        return name.lower() in self.entries

    def main_part(self) -> str:
        """The part the package is about; raises BrokenPackage where none or several are named."""
        targets = {r.target for r in self.relations("") if r.kind == MAIN.strip("/")}
        if len(targets) != 1:
            raise BrokenPackage("main part")
        (target,) = targets
        self.entry(target)
        return target

    def relations(self, part: str) -> list[Relation]:
        """Where the part leads inside the package, in the file's order."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(where):
            return []
        entry = self.entry(where)
        if entry.file_size > MOST_RELATIONS:
            raise BrokenPackage(where)
        found: list[Relation] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition("|")[2] == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.append(Relation(attributes.get("Id", ""), kind, _within(folder, attributes.get("Target", ""))))

        parser = safe_parser()
        parser.StartElementHandler = start
        try:
            parser.Parse(self.archive.read(entry), True)
        except expat.ExpatError as error:
            raise BrokenPackage(where) from error
        return found

    def content_type(self, part: str) -> str:
        """What [Content_Types].xml says of the part, or ""."""
        overrides: dict[str, str] = {}
        defaults: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith("Override"):
                overrides[attributes.get("PartName", "").lstrip("/").lower()] = attributes.get("ContentType", "")
            elif tag.endswith("Default"):
                defaults[attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")

        entry = self.entry("[Content_Types].xml")
        parser = safe_parser()
        parser.StartElementHandler = start
        try:
            if entry.file_size <= MOST_RELATIONS:
                parser.Parse(self.archive.read(entry), True)
        except expat.ExpatError as error:
            raise BrokenPackage("[Content_Types].xml") from error
        return overrides.get(part.lower()) or defaults.get(part.rpartition(".")[2].lower(), "")


def _within(folder: str, target: str) -> str:
    """A target is written from the archive's root or from the folder of the part that leads there."""
    target = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target)).lstrip("/")


def safe_parser() -> expat.XMLParserType:
    """A parser of XML with namespaces as `space|name`, that takes no declarations of its own: no entities, no bombs."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declarations
    return parser


def _refuse_declarations(*given: object) -> None:
    raise BrokenPackage("a document type is declared")
