"""How far a document speaks of a duty."""

import re
from dataclasses import dataclass

from obligations.rules.register.kinds import Owed
from obligations.rules.register.names import plain
from obligations.rules.register.report_words import REPORT, cited_year, cites, no_report, other_stretch, without_dates
from obligations.rules.register.rows import Incoming
from obligations.rules.register.senders import kind_of

CITED, TITLED, REPORTS, OF_THE_YEAR = 4, 2, 1, 1
MANY_WORDS = 0.6
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
    points, reasons, against = 0, list[str](), list[str]()
    if any(cites(row.summary, number) for number in duty.cited):
        points, reasons = points + CITED, [*reasons, f"trích yếu nêu {duty.cited[0]}"]
        against += _of_another_year(row, duty)
    elif duty.cited:
        reasons.append(f"trích yếu không nêu {duty.cited[0]}")
    if _speaks_of(summary, duty.title):
        points, reasons = points + TITLED, [*reasons, "trích yếu gần với tên nhiệm vụ"]
    reports = kind_of(row.number) == REPORT or "bao cao" in summary
    if not points and not reports:
        return Relevance(0)
    years = {int(year) for year in _YEAR.findall(without_dates(row.summary))}
    points += (REPORTS if reports else 0) + (OF_THE_YEAR if duty.year in years else 0)
    return Relevance(points, tuple(reasons), (*against, *_against(row, duty, years)))


def _against(row: Incoming, duty: Owed, years: set[int]) -> list[str]:
    """What speaks against a document, whatever it cites; ``years``: those that its summary names."""
    against = [why] if (why := no_report(row.number, row.summary)) else []
    if other_stretch(row.summary, f"{duty.title} {duty.when}"):
        against.append("trích yếu ghi khoảng thời gian khác của năm")
    if years and duty.year not in years:
        against.append(f"trích yếu ghi năm {', '.join(map(str, sorted(years)))}")
    if is_too_early(row, duty):
        against.append(TOO_EARLY)
    elif row.arrived_on < duty.opens_on:
        against.append(f"đến trước ngày mở kỳ {duty.opens_on:%d/%m/%Y}")
    return against


def is_too_early(row: Incoming, duty: Owed) -> bool:
    """Whether it came before the document that assigns the duty was issued: a slip in a day."""
    return duty.issued_on is not None and row.arrived_on < duty.issued_on


def _of_another_year(row: Incoming, duty: Owed) -> list[str]:
    """Numbers begin anew each year: the same one of another year is another document."""
    years = {cited_year(row.summary, number) for number in duty.cited} - {None}
    if duty.issued_on is None or not years or duty.issued_on.year in years:
        return []
    return [f"văn bản nêu trong trích yếu không phải của năm {duty.issued_on.year}"]


def _speaks_of(summary: str, title: str) -> bool:
    words = {word for word in plain(title).split() if word not in SAYS_LITTLE and not word.isdigit()}
    return bool(words) and len(words & set(summary.split())) >= MANY_WORDS * len(words)
