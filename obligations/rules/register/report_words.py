"""Whether a document is a report at all, of which stretch of the year, and which document it names."""

import re
import unicodedata

from obligations.rules.register.names import plain
from obligations.rules.register.senders import kind_of

REPORT = "bc"
NEVER = frozenset(("gm", "tm", "gt", "ttr", "tb", "kh", "qd", "nq", "ct", "ctr", "hd", "kl", "cd", "pa", "da"))
"""Kinds of documents that no report is: invitations, submissions for decision, notices, plans, decisions ..."""
MATTERS = {
    "dự thảo", "đề cương", "góp ý", "gia hạn", "lùi thời", "lùi hạn", "lùi ngày", "chậm gửi", "gửi chậm", "thu hồi", "đính chính",
}  # fmt: skip
"""What a document that begins like a report may be about instead."""
KINDS = {"kh": "ke hoach", "qd": "quyet dinh", "cv": "cong van", "ct": "chi thi", "nq": "nghi quyet"}
_BEGINS = re.compile(r"^(?:v v |ve viec |ve |gui |cv |cong van )*(?:bao cao|bc)\b")
_IN_WORDS = re.compile(r"\bngay \d{1,2} thang \d{1,2} nam \d{4}\b")
_QUARTER = re.compile(r"\bquy (iv|i{1,3}|[1-4])\b")
_MONTHS = re.compile(r"\b(\d{1,2}|ba|sau|chin) thang(?: (dau|cuoi))?\b")
_MONTH = re.compile(r"\bthang (\d{1,2})\b")
_DIGITS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "ba": "3", "sau": "6", "chin": "9"}


def no_report(number: str, summary: str) -> str:
    """Why a document is no report, in words; empty when its kind or its first words say that it is one."""
    kind, words = kind_of(number), plain(summary)
    if kind in NEVER or (kind != REPORT and not _BEGINS.match(words)):
        return "văn bản không phải là báo cáo"
    about = next((said for said in sorted(MATTERS) if re.search(rf"\b{plain(said)}\b", words)), "")
    return f"trích yếu nói đến “{about}”" if about else ""


def without_dates(summary: str) -> str:
    """A summary in plain words, without days written out: their years and months say nothing of what is reported."""
    return _IN_WORDS.sub(" ", plain(summary))


def stretches(text: str) -> set[str]:
    """Parts of a year that plain words name: ``quy 3``, ``6 thang dau``, ``thang 10``."""
    found = {f"quy {_digits(said)}" for said in _QUARTER.findall(text)}
    found |= {f"{_digits(count)} thang {half}".strip() for count, half in _MONTHS.findall(text)}
    return found | {f"thang {int(said)}" for said in _MONTH.findall(text)}


def other_stretch(summary: str, duty: str) -> str:
    """A part of the year that a document names and the duty (title and period) does not; empty when there is none."""
    theirs = stretches(plain(duty))
    return next((said for said in sorted(stretches(without_dates(summary))) if not _among(said, theirs)), "")


def cites(summary: str, number: str) -> bool:
    """Whether a summary names a document: ``197/KH-UBND`` with any spaces, or as "Kế hoạch số 197" without another sign behind it."""
    text = _bare(summary)
    if re.search(_written(number) + r"(?!\w)", text):
        return True
    words = plain(number).split()
    kind = KINDS.get(words[1], "") if len(words) > 1 else ""
    short = rf"\b(?:{kind}|{words[1]}) (?:so ?:? ?)?0*{words[0]}(?!\w)(?! ?[/-] ?\w)" if kind else ""
    return bool(short) and bool(re.search(short, text))


def cited_year(summary: str, number: str) -> int | None:
    """The year of the day under which a summary names a document; None where it gives no day."""
    day = r"(?!\w),? ?(?:ngay )?\d{1,2} ?(?:[/.-]|thang) ?\d{1,2} ?(?:[/.-]|nam) ?(\d{4})\b"
    found = re.search(_written(number) + day, _bare(summary))
    return int(found[1]) if found else None


def _written(number: str) -> str:
    parts = re.findall(r"[^\W_]+|[^\w\s]|_", _bare(number))
    return r"(?<!\d)0*" + " ?".join(re.escape(part) for part in parts)


def _bare(text: str) -> str:
    """Small letters without marks, signs kept, single spaces."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).replace("–", "-").split())


def _among(said: str, theirs: set[str]) -> bool:
    return any(said == each or each.startswith(f"{said} ") or said.startswith(f"{each} ") for each in theirs)


def _digits(said: str) -> str:
    return _DIGITS.get(said, said)
