"""How far a document speaks of a duty."""

import re
from dataclasses import dataclass

from obligations.rules.register.kinds import Owed
from obligations.rules.register.names import plain
from obligations.rules.register.rows import Incoming, tight
from obligations.rules.register.senders import kind_of

CITED, TITLED, REPORTS, OF_THE_YEAR = 4, 2, 1, 1
MANY_WORDS = 0.6
KINDS = {"kh": "ke hoach", "qd": "quyet dinh", "cv": "cong van", "ct": "chi thi", "nq": "nghi quyet"}
TOO_EARLY = "ngày đến trước ngày ban hành văn bản giao nhiệm vụ"
SAYS_LITTLE = frozenset(plain(
    "báo cáo về việc tình hình kết quả thực hiện theo của và các năm kỳ hằng hàng nhiệm vụ số ngày kế hoạch"
).split())  # fmt: skip
_YEAR = re.compile(r"\bnam (20\d\d)\b")


@dataclass(frozen=True)
class Relevance:
    """Points for a duty, what speaks for it and what against it, in words."""

    points: int
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def relevance(row: Incoming, duty: Owed) -> Relevance:
    """0 points when nothing in the document points to this duty or to any report at all."""
    summary = plain(row.summary)
    reports = kind_of(row.number) == "bc" or "bao cao" in summary
    points, reasons = 0, list[str]()
    against: list[str] = []
    if any(cites(row.summary, number) for number in duty.cited):
        points, reasons = points + CITED, [*reasons, f"trích yếu nêu {duty.cited[0]}"]
    elif duty.cited:
        reasons.append(f"trích yếu không nêu {duty.cited[0]}")
    if _speaks_of(summary, duty.title):
        points, reasons = points + TITLED, [*reasons, "trích yếu gần với tên nhiệm vụ"]
    if not points and not reports:
        return Relevance(0)
    if reports:
        points += REPORTS
    else:
        against.append("văn bản không phải là báo cáo")
    years = sorted({int(year) for year in _YEAR.findall(summary)})
    if duty.year in years:
        points += OF_THE_YEAR
    elif years:
        against.append(f"trích yếu ghi năm {', '.join(map(str, years))}")
    if is_too_early(row, duty):
        against.append(TOO_EARLY)
    elif row.arrived_on < duty.opens_on:
        against.append(f"đến trước ngày mở kỳ {duty.opens_on:%d/%m/%Y}")
    return Relevance(points, tuple(reasons), tuple(against))


def is_too_early(row: Incoming, duty: Owed) -> bool:
    """Whether it came before the document that assigns the duty was issued: a slip in a day."""
    return duty.issued_on is not None and row.arrived_on < duty.issued_on


def cites(summary: str, number: str) -> bool:
    """Whether a summary names a document: ``197/KH-UBND`` with any spaces, or as "Kế hoạch số 197"."""
    if re.search(rf"(?<!\d){re.escape(tight(number))}(?!\w)", tight(summary)):
        return True
    words = plain(number).split()
    kind = KINDS.get(words[1], "") if len(words) > 1 else ""
    return bool(kind) and bool(re.search(rf"\b{kind} (?:so )?{re.escape(words[0])}\b", plain(summary)))


def _speaks_of(summary: str, title: str) -> bool:
    words = {word for word in plain(title).split() if word not in SAYS_LITTLE and not word.isdigit()}
    return bool(words) and len(words & set(summary.split())) >= MANY_WORDS * len(words)
