"""What the parts of an Office package ask a program to do: macros, entities, templates from elsewhere, DDE, objects of other programs.

A part is what its content type and its relations say (ECMA-376, part 2), never what its name says; names only refuse more.
"""

import io
import re
import zipfile
import zlib
from typing import BinaryIO, cast

from portal.office_links import relation_problem
from portal.office_types import (
    ALLOWED,
    DRAWING,
    FONTS,
    MACRO,
    MAGIC,
    MAIN,
    NAMED,
    PACKED,
    PICTURED,
    PROGRAMS,
    RELATIONS,
    WITHIN,
)
from portal.office_xml import Found, Part
from portal.office_zip import is_package, is_sealed, package_problem
from portal.pdf_parts import pdf_problem
from portal.upload_budget import Budget, Unchecked

TYPES = "[Content_Types].xml"
TRASH = "[trash]/"
"""Where programs of Windows leave what they took out of a package; no reader looks there."""
HEAD = 4 << 10
MOST_WITHIN = 32 << 20
"""Bytes of a part that is held whole: a document in the document, a drawing of the old kind."""
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\t\n\r ]*<")
_XML_TYPE = re.compile(r".*[+/]xml", re.IGNORECASE)
_BREAK = re.compile(rb"<(br|BR)\s*>")


def office_problem(file: BinaryIO, suffix: str, size: int, budget: Budget) -> str | None:
    """The key of the sentence that says what is wrong with a Word or Excel file; None for nothing.

    ``budget.borrows`` says afterwards whether it shows something of another file. Unchecked when it asks for too much.
    """
    return _office_problem(file, suffix, size, budget, within=False)


def _office_problem(file: BinaryIO, suffix: str, size: int, budget: Budget, *, within: bool) -> str | None:
    if not is_package(file, size):
        return "locked" if is_sealed(file) else "magic"
    try:
        with zipfile.ZipFile(file) as package:
            problem = package_problem(package, size)
            if problem is None:
                _Package(package, budget, within=within).check(suffix)
    except Found as found:
        return str(found)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, EOFError, RuntimeError):
        return "magic"
    return problem


class _Types:
    """The content type of each part: its own, or that of its suffix."""

    def __init__(self, package: zipfile.ZipFile, budget: Budget) -> None:
        self._own: dict[str, str] = {}
        self._suffix: dict[str, str] = {}
        if TYPES not in package.namelist():
            raise Found("magic")
        with package.open(TYPES) as part:
            Part(budget, self._take).read(cast("BinaryIO", part), part.read(HEAD))

    @property
    def all(self) -> str:
        return "\n".join((*self._own.values(), *self._suffix.values()))

    def _take(self, local: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").partition(";")[0].strip()
        key, table = ("PartName", self._own) if local == "Override" else ("Extension", self._suffix)
        if local in {"Override", "Default"}:
            name = attributes.get(key, "").lower().lstrip("/")
            if table.setdefault(name, kind) != kind:
                raise Found("unsafe")

    def of(self, name: str) -> str:
        own = self._own.get(name.lower())
        return own if own is not None else self._suffix.get(name.lower().rpartition(".")[2], "")


class _Package:
    """The reading of one package; ``within`` another one it may hold no third."""

    def __init__(self, package: zipfile.ZipFile, budget: Budget, *, within: bool) -> None:
        self._package, self._budget, self._within = package, budget, within
        self._main: list[str] = []

    def check(self, suffix: str) -> None:
        """Found says what is wrong."""
        names = [entry.filename for entry in self._package.infolist() if not entry.is_dir()]
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Found("macro")
        if any(NAMED.search(f"/{name}") for name in names):
            raise Found("embedded")
        types = _Types(self._package, self._budget)
        if MACRO.search(types.all):
            raise Found("macro")
        for name in names:
            if name != TYPES:
                self._part(name, types.of(name))
        main = self._main[0] if len(self._main) == 1 else ""
        if main not in names or types.of(main).lower() != MAIN[suffix].lower():
            raise Found("magic")

    def _part(self, name: str, kind: str) -> None:
        if kind.lower() in WITHIN or kind.lower() == PICTURED:
            self._document(name, kind.lower())
            return
        if not ALLOWED.fullmatch(kind) and not (name.lower().startswith(TRASH) and not kind):
            raise Found("embedded" if kind else "unsafe")
        if name.lower().endswith(PROGRAMS):
            raise Found("unsafe")
        with self._package.open(name) as stream:
            head = stream.read(HEAD)
            self._budget.charge(len(head))
            packed = PACKED.fullmatch(kind) and head.startswith(b"\x1f\x8b")
            if not FONTS.fullmatch(kind) and not packed and head.startswith(MAGIC):
                raise Found("unsafe")
            is_relations = kind.lower() == RELATIONS or name.lower().endswith(".rels")
            if is_relations or _XML_TYPE.fullmatch(kind) or _XML.match(head):
                self._read(name, kind, head, cast("BinaryIO", stream), is_relations=is_relations)

    def _read(self, name: str, kind: str, head: bytes, stream: BinaryIO, *, is_relations: bool) -> None:
        if DRAWING.fullmatch(kind):  # Excel leaves its breaks open in these
            whole = _BREAK.sub(rb"<\1/>", self._whole(name))
            head, stream = whole[:HEAD], io.BytesIO(whole[HEAD:])
        each = (self._first if name == "_rels/.rels" else self._relation) if is_relations else None
        part = Part(self._budget, each)
        part.read(stream, head or b" ")
        self._budget.borrows = self._budget.borrows or part.borrows

    def _whole(self, name: str) -> bytes:
        size = self._package.getinfo(name).file_size
        if size > MOST_WITHIN:
            raise Unchecked
        self._budget.charge(size)
        return self._package.read(name)

    def _document(self, name: str, kind: str) -> None:
        if self._within:
            raise Found("embedded")
        content = self._whole(name)
        if kind == PICTURED:
            problem = pdf_problem(io.BytesIO(content), self._budget)
        else:
            problem = _office_problem(io.BytesIO(content), WITHIN[kind], len(content), self._budget, within=True)
        if problem:
            raise Found("macro" if problem == "macro" else "embedded")

    def _first(self, local: str, attributes: dict[str, str]) -> None:
        """The part with which a program begins is the one that the relations of the package name."""
        if local == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            self._main.append(attributes.get("Target", "").lstrip("/").removeprefix("./"))
        self._relation(local, attributes)

    def _relation(self, local: str, attributes: dict[str, str]) -> None:
        if local != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        target = attributes.get("Target", "").strip()
        outside = attributes.get("TargetMode", "Internal").strip().lower() != "internal"
        problem, borrows = relation_problem(kind, target, outside)
        if problem:
            raise Found(problem)
        self._budget.borrows = self._budget.borrows or borrows
