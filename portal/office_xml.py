"""Read one XML part of an Office package as a program would, and say what it asks for.

With Expat, event by event: no tree is built, no entity is expanded, nothing is fetched, and a document type ends the reading.
Names are compared without their prefix; values as they are after quoting, references and CDATA.
"""

import re
from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from portal.office_links import leads_near
from portal.office_types import DRAWN, LOADED, OBJECT, OBJECTS, OTHERS
from portal.upload_budget import Budget

STEP, LONGEST_CODE = 1 << 18, 4 << 20
ENCODINGS = frozenset(
    ("utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "windows-1252")
)
CODES = frozenset(("instrText", "delInstrText"))
FORMULAS = frozenset(
    ("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula")
)
_GAP = "\x01"
_TABLE = r"LINK[\s\x01]+(?:Excel\.(?:Sheet|Chart)|Word\.Document)(?:\.(?:8|12))?[\s\x01]+\"?[A-Za-z]:\\"
_PASTED = re.compile(rf"(?:^|\x01)[\s\"\x01]*{_TABLE}", re.IGNORECASE)
"""A table pasted from Excel that still knows its workbook, on a drive of the writer's: asked about, then not found."""
_FIELD = re.compile(
    rf"(?:^|\x01)[\s\"\x01]*(?!{_TABLE})(?:(?:DDEAUTO|DDE|INCLUDETEXT|IMPORT|LINK|DATABASE|RD)(?![A-Za-z])"
    r"|INCLUDEPICTURE(?=[\s\"\x01])[^\x01]{0,2000}?(?:[\s\"](?:\\\\|//)|file:(?!/{0,3}[A-Za-z]:|(?://)?/\w)))",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALL = re.compile(
    r"(?<![\w.])(?:_xlfn\.|_xlws\.){0,2}(?:WEBSERVICE|FILTERXML|EXEC|CALL|REGISTER|REGISTER\.ID|RTD|IMAGE|SQL\.REQUEST"
    r"|EVALUATE|FOPEN|FWRITE|RUN|INITIATE|EXECUTE|POKE)\s*\(",
    re.IGNORECASE,
)
_RUNNING = re.compile(r"\s*(?:javascript|vbscript|data:text|ms-[a-z]+|mhtml)", re.IGNORECASE)
_FILE = re.compile(r"file:|\\\\", re.IGNORECASE)
_DOCTYPES = {
    "plist": re.compile(r"-//Apple(?: Computer)?//DTD PLIST 1\.0//EN"),
    "svg": re.compile(r"-//W3C//DTD SVG (?:1\.[01]|20\d+)(?: \w+)?//EN"),
}
"""Names of grammars, nothing fetched: what Excel for Mac writes for a printer, and programs that draw."""
_WATCHED = frozenset(("instr", "src", "href", "link", "ddeService", "ddeTopic", "progId", "ProgID"))


class Found(Exception):
    """What is wrong with a part: the key of its sentence."""


class Part:
    """The reading of one part; ``each`` is told of every element with its attributes, both without prefixes."""

    def __init__(self, budget: Budget, each: Callable[[str, dict[str, str]], None] | None = None) -> None:
        self._budget, self._each = budget, each
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.buffer_text = True
        self._locals: dict[str, str] = {}
        self._codes: list[str] = []
        self._text: list[str] = []
        self._inside = ""
        self._drawing = False
        self.borrows = False
        """Whether it shows figures or pictures of another file."""

    def read(self, stream: BinaryIO, head: bytes = b"") -> None:
        """Found says what it asks for, ``magic`` that it is no XML."""
        try:
            piece = head
            while piece:
                self._budget.charge(len(piece))
                self._parser.Parse(piece, False)  # noqa: FBT003 - a parameter without a name
                piece = stream.read(STEP)
            self._parser.Parse(b"", True)  # noqa: FBT003 - a parameter without a name
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Found("magic") from error
        codes = "".join(self._codes)
        if _FIELD.search(codes):
            raise Found("embedded")
        self.borrows = self.borrows or bool(_PASTED.search(codes))

    def _document_type(self, name: str, _system: str | None, public: str | None, inside: int) -> None:
        known = _DOCTYPES.get(name)
        if inside or not known or not known.fullmatch(public or ""):
            raise Found("unsafe")

    def _declaration(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            raise Found("unsafe")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._locals.get(name) or self._remember(name)
        if attributes:
            self._attributes(local, attributes)
        if local in CODES or local in FORMULAS:
            self._listen(name)
        elif local == "fldChar":
            self._code(_GAP)
        if self._each:
            self._each(local, {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def _remember(self, name: str) -> str:
        """The name without its prefix, looked at once for each way it is written."""
        local = name.rpartition(":")[2]
        if local in LOADED:
            raise Found("macro" if local == "macrosheet" else "embedded")
        self.borrows = self.borrows or local == OTHERS
        self._drawing = self._drawing or local == "svg"
        if self._drawing and local in DRAWN:
            raise Found("embedded")
        self._locals[name] = local
        return local

    def _attributes(self, local: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            own = key.rpartition(":")[2] if ":" in key else key
            if own not in _WATCHED and not self._drawing:
                continue
            if own == "instr":
                self._code(f"{_GAP}{value}{_GAP}")
            elif (
                (own in {"src", "href", "link"} and _runs(value.strip()))
                or (self._drawing and own[:2] == "on")
                or own in {"ddeService", "ddeTopic"}
                or (local in OBJECTS and own in {"progId", "ProgID"} and not OBJECT.fullmatch(value))
            ):
                raise Found("embedded")

    def _listen(self, name: str) -> None:
        self._inside, self._text = name, []
        self._parser.CharacterDataHandler = self._text.append
        self._parser.EndElementHandler = self._end

    def _end(self, name: str) -> None:
        if name != self._inside:
            return
        text = "".join(self._text)
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
        self._inside = ""
        if self._locals[name] in CODES:
            self._code(text)
        elif "|" in (bare := _QUOTED.sub("", text)) or _CALL.search(bare):
            raise Found("embedded")

    def _code(self, text: str) -> None:
        self._codes.append(text)


def _runs(address: str) -> bool:
    return bool(_RUNNING.match(address) or (_FILE.match(address) and not leads_near(address)))
