"""Whether the numbers in the body of a report are those of its annex, after a person has worked on the file."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from reports.docx_reading import open_docx, texts_of
from reports.numbers import PREFIX

_REF = re.compile(rf"\s*REF\s+({PREFIX}\w+)", re.IGNORECASE)
_T, _CODE, _CHAR, _SIMPLE = qn("w:t"), qn("w:instrText"), qn("w:fldChar"), qn("w:fldSimple")
_START, _END = qn("w:bookmarkStart"), qn("w:bookmarkEnd")

DIFFERS, UNBOUND, NO_ANNEX, CHANGED, SUM = "differs", "unbound", "no_annex", "changed", "sum"
SAID = {
    DIFFERS: "Số “{label}”: trong thân báo cáo là {body}, tại phụ lục là {annex}. Đề nghị mở tệp, bấm Ctrl+A rồi F9 để lấy số của phụ lục, và lưu lại.",
    UNBOUND: "Số “{label}”: có chỗ trong thân báo cáo không còn gắn với phụ lục (đã bị xóa hoặc gõ đè); tại phụ lục là {annex}. Đề nghị đối chiếu bằng mắt, hoặc chép lại đoạn đó từ bản hệ thống lập.",
    NO_ANNEX: "Số “{label}”: ô của phụ lục không còn dấu trang nên không đối chiếu được; trong thân báo cáo là {body}. Đề nghị chép lại ô đó từ bản hệ thống lập rồi sửa số giữa ô.",
    SUM: "Số “{label}”: phụ lục ghi {annex}, cộng các dòng chi tiết của phụ lục được {rows}. Đề nghị sửa cho khớp rồi bấm Ctrl+A, F9.",
    CHANGED: "Số “{label}”: tại phụ lục đã sửa thành {annex}, hệ thống tổng hợp được {made}.",
}
"""What a person reads about each kind; only the last may be as it should."""


@dataclass(frozen=True)
class Difference:
    """One number that is not the same everywhere. ``kind``: a key of ``SAID``; texts as they stand, empty where there is none.

    ``body``, ``annex``: what the file says; ``made``: what was made; ``rows``: what the annex's own rows come to.
    """

    kind: str
    label: str
    body: str = ""
    annex: str = ""
    made: str = ""
    rows: str = ""

    @property
    def said(self) -> str:
        """The sentence."""
        return SAID[self.kind].format(
            label=self.label,
            body=self.body or "—",
            annex=self.annex or "—",
            made=self.made or "—",
            rows=self.rows or "—",
        )


@dataclass
class _Numbers:
    """What one file says: bookmarks by name with their labels, fields in order."""

    annex: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    body: list[tuple[str, str]] = field(default_factory=list)


def differences(edited: bytes, made: bytes) -> list[Difference]:
    """Everything that differs between body and annex of ``edited``, then what its annex says other than ``made``.

    UnreadableDocx where one of them cannot be read.
    """
    now, before = _numbers(open_docx(edited)), _numbers(open_docx(made))
    labels = {**now.labels, **before.labels}
    found = [*_apart(now, labels, before.annex), *_lost(now, before, labels)]
    shown = dict(now.body)
    for key, text in before.annex.items():
        if key in now.annex and now.annex[key] != text:
            found.append(Difference(CHANGED, labels[key], shown.get(key, ""), now.annex[key], text))
    return found


def own_differences(document: DocumentObject) -> list[Difference]:
    """What differs between the body and the annex of one document."""
    found = _numbers(document)
    return _apart(found, found.labels, {})


def annex_numbers(document: DocumentObject) -> dict[str, tuple[str, str]]:
    """The numbers of the annex by the names of their bookmarks, each with what it is called and what it says."""
    found = _numbers(document)
    return {key: (found.labels[key], text) for key, text in found.annex.items()}


def _apart(now: _Numbers, labels: Mapping[str, str], made: Mapping[str, str]) -> list[Difference]:
    found = []
    for key, shown in dict.fromkeys(now.body):
        if key not in now.annex:
            found.append(Difference(NO_ANNEX, labels.get(key, key), shown, made=made.get(key, "")))
        elif now.annex[key] != shown:
            found.append(Difference(DIFFERS, labels[key], shown, now.annex[key], made.get(key, "")))
    return found


def _lost(now: _Numbers, before: _Numbers, labels: Mapping[str, str]) -> list[Difference]:
    """Fields that were there and are not: what stands in their place cannot be held against anything."""
    left = Counter(key for key, _ in before.body) - Counter(key for key, _ in now.body)
    lost = [
        Difference(UNBOUND, labels.get(key, key), annex=now.annex.get(key, ""), made=before.annex.get(key, ""))
        for key in left
    ]
    gone = [key for key in before.annex if key not in now.annex and key not in {k for k, _ in now.body}]
    return lost + [Difference(NO_ANNEX, labels[key], made=before.annex[key]) for key in gone if key not in left]


def _numbers(document: DocumentObject) -> _Numbers:
    found = _Numbers()
    for _, root in texts_of(document):
        _walk(root, found)
    return found


def _walk(root: BaseOxmlElement, found: _Numbers) -> None:
    """Once through a part in the order of its text; a field within a field belongs to both."""
    open_marks: dict[str, str] = {}
    fields: list[_Field] = []
    for element in root.iter(_T, _CODE, _CHAR, _SIMPLE, _START, _END):
        if element.tag in (_START, _END):
            _mark(element, open_marks, found)
        elif element.tag == _T:
            for key in open_marks.values():
                found.annex[key] += element.text or ""
            for each in fields:
                each.take(element.text or "")
        elif element.tag == _CODE and fields:
            fields[-1].code += element.text or ""
        elif element.tag == _SIMPLE:
            _keep(found, str(element.get(qn("w:instr"))), "".join(t.text or "" for t in element.iter(_T)))
        elif element.tag == _CHAR:
            _char(str(element.get(qn("w:fldCharType"))), fields, found)


def _mark(element: BaseOxmlElement, open_marks: dict[str, str], found: _Numbers) -> None:
    number, key = str(element.get(qn("w:id"))), str(element.get(qn("w:name")))
    if element.tag == _START and key.startswith(PREFIX):
        open_marks[number] = key
        found.annex[key], found.labels[key] = "", _label(element)
    elif element.tag == _END and number in open_marks:
        closed = open_marks.pop(number)
        found.annex[closed] = _plain(found.annex[closed])


@dataclass
class _Field:
    code: str = ""
    shown: str = ""
    shows: bool = False

    def take(self, text: str) -> None:
        if self.shows:
            self.shown += text


def _char(kind: str, fields: list[_Field], found: _Numbers) -> None:
    if kind == "begin":
        fields.append(_Field())
    elif fields and kind == "separate":
        fields[-1].shows = True
    elif fields and kind == "end":
        done = fields.pop()
        _keep(found, done.code, done.shown)


def _keep(found: _Numbers, code: str, shown: str) -> None:
    refers = _REF.match(code)
    if refers:
        found.body.append((refers[1], _plain(shown)))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _label(start: BaseOxmlElement) -> str:
    """What the row and the column of a cell say; the bookmark's own name outside a table."""
    cell = next(start.iterancestors(qn("w:tc")), None)
    if cell is None:
        return str(start.get(qn("w:name")))
    row = cell.getparent()
    cells: Sequence[BaseOxmlElement] = row.findall(qn("w:tc"))
    said = [_text(c) for c in cells if next(c.iter(_START), None) is None]
    head = row.getparent().find(qn("w:tr")).findall(qn("w:tc"))
    place = cells.index(cell)
    return ", ".join(text for text in (*said, _text(head[place]) if place < len(head) else "") if text)


def _text(cell: BaseOxmlElement) -> str:
    return _plain("".join(t.text or "" for t in cell.iter(_T)))
