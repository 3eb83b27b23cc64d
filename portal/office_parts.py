"""What the parts of an Office package ask a program to do: entities, templates from elsewhere, DDE, objects of other programs.

A part is what its content type and its relations say (ECMA-376, part 2), never what its name says; names only refuse more.
"""

import re
import zipfile
from typing import BinaryIO, cast

from portal.office_types import ALLOWED, FONTS, LOADING, MACRO, MAGIC, MAIN, NAMED, PROGRAMS, RELATIONS
from portal.office_xml import Found, Part
from portal.upload_budget import Budget

TYPES = "[Content_Types].xml"
HEAD = 4 << 10
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\t\n\r ]*<")
_XML_TYPE = re.compile(r".*[+/]xml", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|mailto:|#|$)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|\\\\|//")


def parts_problem(package: zipfile.ZipFile, suffix: str, budget: Budget) -> str | None:
    """The key of the sentence that says what is wrong; None for nothing."""
    try:
        _check(package, suffix, budget)
    except Found as found:
        return str(found)
    return None


def _check(package: zipfile.ZipFile, suffix: str, budget: Budget) -> None:
    names = [entry.filename for entry in package.infolist() if not entry.is_dir()]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Found("macro")
    if any(NAMED.search(f"/{name}") for name in names):
        raise Found("embedded")
    types = _Types(package, budget)
    if MACRO.search(types.all):
        raise Found("macro")
    for name in names:
        if name != TYPES:
            _part(package, name, types.of(name), budget)
    main = _main(package, budget)
    if main not in names or types.of(main).lower() != MAIN[suffix].lower():
        raise Found("magic")


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


def _part(package: zipfile.ZipFile, name: str, kind: str, budget: Budget) -> None:
    if not ALLOWED.fullmatch(kind):
        raise Found("embedded" if kind else "unsafe")
    if name.lower().endswith(PROGRAMS):
        raise Found("unsafe")
    with package.open(name) as stream:
        head = stream.read(HEAD)
        budget.charge(len(head))
        if not FONTS.fullmatch(kind) and head.startswith(MAGIC):
            raise Found("unsafe")
        is_relations = kind.lower() == RELATIONS or name.lower().endswith(".rels")
        if is_relations or _XML_TYPE.fullmatch(kind) or _XML.match(head):
            Part(budget, _relation if is_relations else None).read(cast("BinaryIO", stream), head or b" ")


def _relation(local: str, attributes: dict[str, str]) -> None:
    """Only links that a person follows may lead outside, and only to what a browser or a mail program opens."""
    if local != "Relationship":
        return
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    target = attributes.get("Target", "").strip()
    outside = attributes.get("TargetMode", "Internal").strip().lower() != "internal"
    if kind in LOADING or (kind != "hyperlink" and (outside or _ELSEWHERE.match(target))):
        raise Found("macro" if "vba" in kind or "macro" in kind else "embedded")
    if kind == "hyperlink" and (outside or _ELSEWHERE.match(target)) and not _LINK.match(target):
        raise Found("link")


def _main(package: zipfile.ZipFile, budget: Budget) -> str:
    """The part with which a program begins: the one that the relations of the package name."""
    found: list[str] = []

    def take(local: str, attributes: dict[str, str]) -> None:
        if local == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/").removeprefix("./"))

    if "_rels/.rels" in package.namelist():
        with package.open("_rels/.rels") as part:
            Part(budget, take).read(cast("BinaryIO", part), part.read(HEAD))
    return found[0] if len(found) == 1 else ""
