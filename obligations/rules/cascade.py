"""The next link of a chain: a deadline that derives from another's, and how one late link endangers the next."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.enums import RiskLevel
from obligations.rules.days import WorkingDays

NEAR = 3
"""Working days before the consolidator's own deadline from which what is missing endangers it."""


@dataclass(frozen=True)
class Source:
    """The end of the link before: its last working day in time, and the last day a report is still in time."""

    practical_due_on: date
    last_on: date


Bound = Literal["agencies", "reader", "opening"]


@dataclass(frozen=True)
class NoRoom:
    """A derived day that does not stand strictly between the agencies' last day (or the opening) and the reader's."""

    due_on: date
    bound: Bound
    bound_on: date

    @property
    def words(self) -> str:
        """Vietnamese, for a person who may choose another day."""
        due, on = f"{self.due_on:%d/%m/%Y}", f"{self.bound_on:%d/%m/%Y}"
        if self.bound == "agencies":
            return f"{due} không sau ngày cuối nhận báo cáo của các cơ quan, đơn vị ({on})"
        if self.bound == "reader":
            return f"{due} không trước hạn của nơi nhận báo cáo tổng hợp ({on})"
        return f"mở kỳ {on} sau hạn {due}"


@dataclass(frozen=True)
class Derived:
    """A derived due day, always a working day, with its steps (Vietnamese). ``problem``: why there is no room."""

    due_on: date
    reasons: tuple[str, ...]
    problem: NoRoom | None


def derive_due(
    calendar: WorkingDays,
    *,
    source: Source | None = None,
    working_days: int | None = None,
    reader_on: date | None = None,
    margin: int = 1,
    source_name: str = "",
    reader_basis: str = "",
) -> Derived:
    """The earlier of ``working_days`` after the source's last working day and ``margin`` before the reader's date.

    Counted in working days, the start day not included (Civil Code 2015, art. 147). At least one of both is given.
    ``source`` alone (without ``working_days``) only bounds the room.
    """
    steps, days = [], []
    if source is not None and working_days is not None:
        days.append(calendar.shift(source.practical_due_on, working_days))
        steps.append(f"{source_name}: ngày làm việc cuối trong hạn là {source.practical_due_on:%d/%m/%Y}")
        steps.append(f"{working_days:02d} ngày làm việc sau ngày đó là {days[-1]:%d/%m/%Y}")
    if reader_on is not None:
        days.append(calendar.shift(reader_on, -margin))
        steps.append(f"Hạn của nơi nhận báo cáo tổng hợp: {reader_on:%d/%m/%Y}. {reader_basis}".rstrip())
        steps.append(f"{margin:02d} ngày làm việc trước ngày đó là {days[-1]:%d/%m/%Y}")
    due_on = min(days)
    if len(days) > 1:
        steps.append(f"Lấy ngày sớm hơn: {due_on:%d/%m/%Y}")
    return Derived(due_on, tuple(steps), _no_room(source, due_on, reader_on))


def _no_room(source: Source | None, due_on: date, reader_on: date | None) -> NoRoom | None:
    """Agencies first, then the consolidator, then the reader: each strictly after the one before."""
    if source is not None and due_on <= max(source.practical_due_on, source.last_on):
        return NoRoom(due_on, "agencies", max(source.practical_due_on, source.last_on))
    if reader_on is not None and due_on >= reader_on:
        return NoRoom(due_on, "reader", reader_on)
    return None


@dataclass(frozen=True)
class Upstream:
    """How the source of a consolidation stands: numbers of agencies.

    ``owing``: required, and nothing complete has come; of these ``overdue``, ``agreed_late`` (agreed until the
    consolidator's own due day or later) and ``extended_beyond`` (their own due day is that day or later).
    ``requested``: only asked, and nothing has come; they endanger nothing.
    """

    owing: int
    overdue: int
    agreed_late: int
    extended_beyond: int
    requested: int


def judge(upstream: Upstream, *, days_left: int, unseen: bool, done: bool) -> tuple[RiskLevel, str]:
    """Level and Vietnamese reason. ``days_left``: working days to the consolidator's own last day, below 0 after it.

    ``unseen``: nobody has said yet what has come. ``done``: the consolidator has sent.
    """
    if done:
        return RiskLevel.none, "Đã có báo cáo tổng hợp"
    if unseen:
        return RiskLevel.watch, "Chờ rà soát ban đầu: chưa biết cơ quan, đơn vị nào đã gửi"
    if not upstream.owing:
        return RiskLevel.none, "Các cơ quan, đơn vị phải báo cáo đã gửi" + _asked(upstream)
    beyond = upstream.agreed_late + upstream.extended_beyond
    late_and_near = upstream.overdue and days_left <= NEAR
    level = RiskLevel.risk if beyond or late_and_near else RiskLevel.watch if upstream.overdue else RiskLevel.none
    return level, _reason(upstream, days_left)


def _reason(upstream: Upstream, days_left: int) -> str:
    parts = [f"Còn {upstream.owing:02d} cơ quan, đơn vị chưa gửi"]
    counts = (
        (upstream.overdue, "quá hạn"),
        (upstream.agreed_late, "được thống nhất gửi sau hạn tổng hợp"),
        (upstream.extended_beyond, "được gia hạn đến sau hạn tổng hợp"),
    )
    parts += [f"{count:02d} {words}" for count, words in counts if count]
    left = f"còn {days_left:02d} ngày làm việc" if days_left > 0 else "hôm nay" if days_left == 0 else "đã qua"
    return f"{', '.join(parts)}; hạn tổng hợp {left}" + _asked(upstream)


def _asked(upstream: Upstream) -> str:
    return f"; {upstream.requested:02d} nơi được đề nghị chưa gửi" if upstream.requested else ""
