"""What a PDF carries besides pages: names are read as PDF spells them (``/J#61vaScript``), also in compressed objects.

ISO 32000-2, 7.3.5 (names), 7.5.7 (object streams), 12.6.4 (actions). Readers mend a broken table of objects each in its
own way, and a table may point anywhere; so the table is not believed: the whole file is looked at, each byte once, and
every object stream, wherever it lies, must be one that can be read (docs/decisions/0012-uploads-are-read-whole.md).
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from portal.office_links import leads_near
from portal.pdf_filters import decode
from portal.pdf_keys import ENCRYPT, Decrypt, empty_password
from portal.pdf_objects import dictionary, filters, unescaped
from portal.pdf_strings import END, GAP, LONGEST_DICTIONARY, OBJECT, REFERENCE, leads_well, owner, string_at
from portal.upload_budget import Budget, Unchecked

RUNS = (
    b"/JavaScript", b"/Launch", b"/RichMedia", b"/ImportData", b"/SubmitForm", b"/Rendition", b"/Movie", b"/Sound", b"/FFilter",
)  # fmt: skip
"""Names of what starts a program, runs a script, sends something or plays it."""
CARRIES = (b"/EmbeddedFile", b"/EmbeddedFiles", b"/GoToE", b"/Collection")
"""Names of what holds another file."""
SCRIPT, LOCK, OBJECTS, URI, OPENS, FORM = b"/JS", b"/Encrypt", b"/ObjStm", b"/URI", b"/OpenAction", b"/XFA"
WANTED = frozenset((*RUNS, *CARRIES, SCRIPT, LOCK, OBJECTS, URI, OPENS, FORM))
FILES = frozenset((b"/F", b"/UF"))
CHUNK, OVERLAP = 1 << 20, 1 << 12
TAIL = 1 << 10
MOST_STREAMS = 20_000
_PLAIN = rb"|".join(re.escape(n[1:]) for n in sorted(WANTED | FILES))
_NAME = re.compile(rb"/(?:(?:" + _PLAIN + rb")" + END + rb"|[A-Za-z0-9]{0,24}#[^\x00\t\n\x0c\r ()<>\[\]{}/%]{1,72})")
_CODE = re.compile(GAP + rb"(?:\([\x09-\x7e]{8}|<[0-9A-Fa-f\s]{4}|\d{1,10}\s{1,9}\d{1,5}\s{1,9}R)")
_DYNAMIC = re.compile(
    GAP
    + rb"(?:\[[\x00\t\n\x0c\r (<]|<<|\d{1,64}[\x00\t\n\x0c\r ]{1,64}\d{1,64}[\x00\t\n\x0c\r ]{1,64}R|[\x00\t\n\x0c\r %])"
)
_FAR = re.compile(r"[\\/]{2}[\w.\-\\/]{3}|(?:file|https?|ftp|smb|dav|ldap):", re.IGNORECASE)
_STREAM = re.compile(rb"(?<!end)stream[ \t]{0,16}(?:\r\n|\n|\r)")
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\x0c\r ]{0,64}%PDF-[12]\.\d[\x00\t\n\x0c\r %]")
_BEFORE = re.compile(rb"[\x00\t\n\x0c\r ]|%[^\r\n]*")
_DIRECTORY_END = 22


def pdf_problem(file: BinaryIO, budget: Budget) -> str | None:
    """Why the file is not taken: ``magic``, ``runs``, ``attached``, ``link``, ``locked`` or ``unsafe``; None for nothing."""
    file.seek(0)
    content = file.read()
    head = _HEAD.match(content)
    if not head:
        return "magic"
    decrypt = empty_password(content) if LOCK in content else None
    scan = _Scan(budget, decrypt)
    scan.read(content)
    if "locked" in scan.found:  # what is compressed in it is encrypted too
        return scan.problem
    for body in _object_streams(content, scan.streams, budget, decrypt):
        scan.read(body, numbers=_numbers(body))
    scan.follow()
    if scan.problem:
        return scan.problem
    if not _begins_well(content, head.end() - 1, budget):
        return "magic"
    return "unsafe" if _is_two(content) else None


class _Scan:
    """What the names of a file say. Objects that are named elsewhere (``/URI 5 0 R``) are followed at the end."""

    def __init__(self, budget: Budget, decrypt: Decrypt | None = None) -> None:
        self.budget, self.found, self._decrypt = budget, set[str](), decrypt
        self.streams: list[int] = []
        self._opened, self._linked = set[int](), set[int]()
        self._seen: list[tuple[bytes, dict[int, int] | None]] = []

    @property
    def problem(self) -> str | None:
        return next((kind for kind in ("runs", "attached", "link", "locked") if kind in self.found), None)

    def read(self, content: bytes, numbers: dict[int, int] | None = None) -> None:
        """Every name in these bytes; ``numbers``: where the objects of an object stream begin."""
        self._seen.append((content, numbers))
        for start in range(0, len(content), CHUNK):
            self.budget.charge(min(CHUNK, len(content) - start))
            for count, found in enumerate(_NAME.finditer(content, start, min(start + CHUNK + 128, len(content)))):
                if found.start() >= start + CHUNK:
                    break
                if count % 1024 == 0:
                    self.budget.charge(0)
                self._take(unescaped(found[0]), found, content)

    def _take(self, name: bytes, found: re.Match[bytes], content: bytes) -> None:
        at = found.end()
        if (
            name in RUNS
            or (name == SCRIPT and _CODE.match(content, at))
            or (name == FORM and _DYNAMIC.match(content, at))
        ):
            self.found.add("runs")
        elif name in CARRIES:
            self.found.add("attached")
        elif name in FILES:
            self._file(content, at)
        elif name == LOCK and (self._decrypt is None or not ENCRYPT.match(content, found.start())):
            self.found.add("locked")
        elif name == OBJECTS:
            self.streams.append(found.start())
            if len(self.streams) > MOST_STREAMS:
                raise Unchecked
        elif name == URI:
            self._uri(content, at)
        elif name == OPENS:
            self._opening(content, at)

    def _file(self, content: bytes, at: int) -> None:
        """The name of a file: one of another machine is asked for as soon as the reader looks for it."""
        if reference := REFERENCE.match(content, at):
            self._linked.add(int(reference[1]))
        elif _FAR.match(where := string_at(content, at, self._key(content)) or "") and not leads_near(where):
            self.found.add("link")

    def _uri(self, content: bytes, at: int) -> None:
        if reference := REFERENCE.match(content, at):
            self._linked.add(int(reference[1]))
        elif not leads_well(content, at, self._key(content)):
            self.found.add("link")

    def _key(self, content: bytes) -> Decrypt | None:
        """Strings in an object stream are not encrypted by themselves."""
        return self._decrypt if content is self._seen[0][0] else None

    def _opening(self, content: bytes, at: int) -> None:
        """A page that is opened by itself tells another place that the file was read."""
        if reference := REFERENCE.match(content, at):
            self._opened.add(int(reference[1]))
        elif _is_action(content, at):
            self.found.add("link")

    def follow(self) -> None:
        """Look at the objects that links and the opening name."""
        if not self._opened and not self._linked:
            return
        for content, numbers in self._seen:
            self.budget.charge(len(content))
            places = numbers.items() if numbers else ((int(o[1]), o.end()) for o in OBJECT.finditer(content))
            for number, at in places:
                opens = number in self._opened and _is_action(content, at)
                if opens or (number in self._linked and not leads_well(content, at, self._key(content))):
                    self.found.add("link")


def _is_action(content: bytes, at: int) -> bool:
    """Whether a dictionary begins here that leads to an address."""
    piece = content[at : at + OVERLAP].partition(b"endobj")[0]
    if not piece.lstrip(b"\0\t\n\f\r ").startswith(b"<<"):
        return False
    return any(unescaped(found[0]) == URI for found in _NAME.finditer(piece.partition(b">>")[0] + b" "))


def _object_streams(content: bytes, names: list[int], budget: Budget, decrypt: Decrypt | None) -> Iterator[bytes]:
    """Each object stream, unpacked once. Every place that names one must belong to a stream that can be read."""
    if not names:
        return
    starts = list(_STREAM.finditer(content))
    budget.charge(len(content))
    after, before = 0, 0
    for start in starts:
        here = []
        while after < len(names) and names[after] < start.start():
            here.append(names[after])
            after += 1
        if here:
            yield _body(content, before, start, here, budget, decrypt)
        before = start.end()
    if after < len(names):
        raise Unchecked


def _body(
    content: bytes, before: int, start: re.Match[bytes], names: list[int], budget: Budget, decrypt: Decrypt | None
) -> bytes:
    """The stream whose one dictionary holds the name; a second name, or one elsewhere, hides something."""
    text = content[max(before, start.start() - LONGEST_DICTIONARY) : start.start()]
    heads = list(OBJECT.finditer(text))
    offset = start.start() - len(text)
    if len(names) != 1 or not heads or offset + heads[-1].end() > names[0]:
        raise Unchecked
    stream = dictionary(text[heads[-1].end() :])
    if stream.get(b"/Type") != OBJECTS:
        raise Unchecked
    end = content.find(b"endstream", start.end())
    if end < 0:
        raise Unchecked
    budget.charge(end - start.end())
    data = content[start.end() : end]
    if decrypt:  # the line's end before the word that ends the stream is not part of it
        size = stream.get(b"/Length", b"")
        data = data[: int(size)] if isinstance(size, bytes) and size.isdigit() else re.sub(rb"\r?\n\Z", b"", data)
        data = decrypt(*owner(content, start.start()), data)
    return decode(data, filters(stream), budget)


def _numbers(body: bytes) -> dict[int, int]:
    """Where each object of an object stream begins, by its number; they begin with the first that is not a number."""
    head = re.match(rb"[\s\d]*", body)
    words = (head[0] if head else b"").split()
    first = len(head[0]) if head else 0
    pairs = [(int(n[:10]), int(at[:10])) for n, at in zip(words[::2], words[1::2], strict=False)]
    return {number: first + at for number, at in pairs}


def _begins_well(content: bytes, at: int, budget: Budget) -> bool:
    """Only remarks before the first object, and an end: a page or a program that begins like a PDF is none."""
    while found := _BEFORE.match(content, at):
        at = found.end()
        budget.charge(8)
    return OBJECT.match(content, at) is not None and b"%%EOF" in content


def _is_two(content: bytes) -> bool:
    """Whether the file is also one for another program: an archive anywhere, or anything behind the end."""
    at = content.find(b"PK\x05\x06")
    while at >= 0:
        size = int.from_bytes(content[at + 12 : at + 16], "little")
        if content[at - size : at - size + 4] == b"PK\x01\x02" or (not size and len(content) - at == _DIRECTORY_END):
            return True
        at = content.find(b"PK\x05\x06", at + 4)
    rest = content[content.rindex(b"%%EOF") + 5 :].strip(b"\0\t\n\f\r ")
    behind = content[content.rindex(b"%%EOF") + 5 :]
    printable = len(behind) <= TAIL and re.fullmatch(rb"[\t\n\f\r\x20-\x3b\x3d-\x7e\x80-\xff]*", behind)
    return bool(rest) and not printable
