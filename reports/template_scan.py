"""Finding the marks of a template, and everything that is wrong with them, before anything is replaced."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from reports.docx_reading import texts_of
from reports.numbers import FIRST_ID, PREFIX
from reports.template_marks import BLOCKS, GUIDE, NUMBERS, TEXTS

MARK = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_]{0,60})\s*\}\}")
MOST_PIECES, MOST_MARKS, MOST_PROBLEMS = 20_000, 300, 20
EXCERPT = 60
_P, _T = qn("w:p"), qn("w:t")
_PLACES = {"header": "đầu trang", "footer": "chân trang", "footnotes": "chú thích", "endnotes": "chú thích"}
KNOWN = frozenset((*TEXTS, *NUMBERS, *BLOCKS, GUIDE))


@dataclass
class Scanned:
    """Where marks stand. ``inline``: paragraphs with marks within their text; ``blocks``: the paragraph of each block mark."""

    inline: list[BaseOxmlElement] = field(default_factory=list)
    blocks: dict[str, BaseOxmlElement] = field(default_factory=dict)
    guide: BaseOxmlElement | None = None
    problems: list[str] = field(default_factory=list)


def scan(document: DocumentObject) -> Scanned:
    """Every mark and every problem; nothing is changed. Problems name the mark and its place, in Vietnamese."""
    found, seen = Scanned(), Counter[str]()
    roots = list(texts_of(document))
    pieces = sum(1 for _, root in roots for _ in root.iter(_P, _T))
    if pieces > MOST_PIECES:
        found.problems.append(f"Mẫu dài quá ({pieces:,} đoạn chữ); tối đa {MOST_PIECES:,}.".replace(",", "."))
        return found
    for name, root in roots:
        for number, (paragraph, text) in enumerate(_paragraphs(root), 1):
            if _is_guide(paragraph, text, document):
                found.guide = paragraph
                break
            _look(found, seen, document, paragraph, text, _where(name, number, text))
            if seen.total() > MOST_MARKS or len(found.problems) > 2 * MOST_PROBLEMS:
                if seen.total() > MOST_MARKS:
                    found.problems.insert(0, f"Mẫu có hơn {MOST_MARKS} dấu; đề nghị bớt.")
                return found
        _foreign(found, root)
    for name, mark in BLOCKS.items():
        if mark.required and not seen[name]:
            found.problems.append(f"Thiếu dấu {{{{{name}}}}} ({mark.about.lower()}); đề nghị thêm vào một đoạn riêng.")
    return found


def own_texts(paragraph: BaseOxmlElement) -> list[BaseOxmlElement]:
    """The texts of a paragraph, without those of paragraphs in frames that are anchored in it."""
    return [t for t in paragraph.iter(_T) if next(t.iterancestors(_P)) is paragraph]


def _paragraphs(root: BaseOxmlElement) -> Iterator[tuple[BaseOxmlElement, str]]:
    for paragraph in root.iter(_P):
        text = "".join(t.text or "" for t in own_texts(paragraph))
        if text.strip():
            yield paragraph, text


def _look(
    found: Scanned, seen: "Counter[str]", document: DocumentObject, paragraph: BaseOxmlElement, text: str, where: str
) -> None:
    names = [match[1].casefold() for match in MARK.finditer(text)]
    rest = MARK.sub("", text)
    if "{{" in rest or "}}" in rest:
        found.problems.append(
            f"Ở {where}: có dấu ngoặc {{{{ hoặc }}}} lẻ, hoặc tên trong ngoặc có ký tự lạ. Tên dấu chỉ gồm chữ không dấu, số và gạch dưới."
        )
    if "{%" in rest or "{#" in rest:
        found.problems.append(f"Ở {where}: mẫu không nhận lệnh {{% … %}}, {{# … #}}; chỉ dùng các dấu trong danh mục.")
    for name in names:
        seen[name] += 1
        if name not in KNOWN:
            found.problems.append(f"Dấu {{{{{name}}}}} không có trong danh mục (ở {where}).{_near(name)}")
        elif name == GUIDE or name in BLOCKS:
            if len(names) > 1 or rest.strip() or not _is_top(paragraph, document):
                found.problems.append(
                    f"Dấu {{{{{name}}}}} phải đứng một mình trong một đoạn của thân văn bản, ngoài bảng, khung, đầu trang, chân trang (ở {where})."
                )
            elif seen[name] > 1:
                found.problems.append(f"Dấu {{{{{name}}}}} chỉ được dùng một lần (có thêm ở {where}).")
            else:
                found.blocks[name] = paragraph
    if any(name in TEXTS or name in NUMBERS for name in names):
        found.inline.append(paragraph)


def _foreign(found: Scanned, root: BaseOxmlElement) -> None:
    """What a report of ours left behind when it was made into a template; and more bookmarks than ids are free."""
    ours = [b for b in root.iter(qn("w:bookmarkStart")) if (b.get(qn("w:name")) or "").startswith(PREFIX)]
    codes = "".join(code.text or "" for code in root.iter(qn("w:instrText")))
    simple = "".join(str(each.get(qn("w:instr"))) for each in root.iter(qn("w:fldSimple")))
    if ours or PREFIX in codes or PREFIX in simple:
        found.problems.append(
            "Tệp còn trường hoặc dấu trang số liệu của một báo cáo hệ thống đã lập; đề nghị xóa các số đó, thay bằng dấu như {{so_da_nhan}}."
        )
    if sum(1 for _ in root.iter(qn("w:bookmarkStart"))) >= FIRST_ID:
        found.problems.append("Tệp có quá nhiều dấu trang; đề nghị xóa bớt.")


def _is_guide(paragraph: BaseOxmlElement, text: str, document: DocumentObject) -> bool:
    return "".join(text.split()).casefold() == f"{{{{{GUIDE}}}}}" and _is_top(paragraph, document)


def _is_top(paragraph: BaseOxmlElement, document: DocumentObject) -> bool:
    return paragraph.getparent() is document.element.body


def _near(name: str) -> str:
    close: Sequence[str] = difflib.get_close_matches(name, sorted(KNOWN), 1, 0.6)
    return f" Có phải {{{{{close[0]}}}}}?" if close else ""


def _where(part: str, number: int, text: str) -> str:
    short = " ".join(text.split())
    short = short if len(short) <= EXCERPT else short[:EXCERPT] + "…"
    place = next((said for key, said in _PLACES.items() if key in part), "thân văn bản")
    return f"{place}, đoạn có chữ thứ {number}: “{short}”"
