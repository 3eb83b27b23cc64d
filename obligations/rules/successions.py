"""Whether one agency may give way to others on a day. Plain values: codes, days, who is known to follow whom."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.enums import SuccessionKind
from obligations.rules.said import Said

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years an agency's validity may lie in; a date outside is a slip of the pen."""
ONE_TO_ONE = (SuccessionKind.merge, SuccessionKind.rename)
"""Kinds whose one successor takes everything over; the others stop and ask."""


@dataclass(frozen=True)
class Life:
    """From when until when (both included) an agency exists; None: still there."""

    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Step:
    """Who gives way to whom, and from which day on. ``targets`` is empty when nobody follows."""

    kind: SuccessionKind
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    on: date

    def pairs(self) -> Iterator[tuple[str, str | None]]:
        """Each source with each of its successors, or with None."""
        for source in self.sources:
            yield from ((source, target) for target in self.targets or (None,))


def exists(life: Life, day: date) -> bool:
    """Whether an agency of this life exists on a day."""
    return life.valid_from <= day and (life.valid_to is None or day <= life.valid_to)


def problems(step: Step, lives: Mapping[str, Life], known: Collection[tuple[str, str | None, date]]) -> list[Said]:
    """Everything that speaks against a new succession, in order; empty when it may be recorded.

    ``known``: (from, to, day) of the successions recorded so far.
    """
    found = [
        *_shape(step),
        *(
            Said(f"no agency has the code {c!r}", f"Danh mục không có cơ quan “{c}”.")
            for c in (*step.sources, *step.targets)
            if c not in lives
        ),
    ]
    if found:
        return found
    for code in step.sources:
        found += _source(code, step, lives[code], known)
    for code in step.targets:
        found += _target(code, step.on, lives[code])
    found += [
        Said(
            f"{code!r} would end up succeeding itself",
            f"Cơ quan “{code}” không thể trở thành đơn vị tiếp nhận của chính mình.",
        )
        for code in step.sources
        if _returns(code, step, known)
    ]
    return found


def follows(code: str, known: Collection[tuple[str, str | None, date]]) -> set[str]:
    """Every code that comes after one, directly or by way of others."""
    after: dict[str, set[str]] = {}
    for source, target, _ in known:
        if target is not None:
            after.setdefault(source, set()).add(target)
    seen: set[str] = set()
    todo = [code]
    while todo:
        fresh = after.get(todo.pop(), set()) - seen
        seen |= fresh
        todo += fresh
    return seen


def _shape(step: Step) -> Iterator[Said]:
    if not FIRST_YEAR <= step.on.year <= LAST_YEAR:
        yield Said(f"{step.on} lies outside {FIRST_YEAR}-{LAST_YEAR}", f"Ngày {step.on:%d/%m/%Y} không đúng.")
    for side, codes in (("gives way", step.sources), ("succeeds", step.targets)):
        yield from (Said(f"{code!r} {side} twice", f"Cơ quan “{code}” được nêu hai lần.") for code in _repeated(codes))
    for code in step.sources:
        if code in step.targets:
            yield Said(
                f"{code!r} cannot {'be split' if step.kind == SuccessionKind.split else 'merge'} into itself",
                f"Cơ quan “{code}” không thể vừa được sắp xếp vừa là đơn vị tiếp nhận.",
            )
    if step.kind == SuccessionKind.split and len(step.targets) < 2:  # noqa: PLR2004 - that is what a split is
        yield Said(
            "a split needs at least two successors; with one it is a merge",
            "Chia, tách cần ít nhất hai đơn vị tiếp nhận; chỉ có một thì chọn sáp nhập.",
        )


def _repeated(codes: Sequence[str]) -> list[str]:
    return [code for place, code in enumerate(codes) if code in codes[:place]]


def _source(code: str, step: Step, life: Life, known: Collection[tuple[str, str | None, date]]) -> Iterator[Said]:
    already = sorted({on for source, _, on in known if source == code})
    if already:
        yield Said(
            f"{code!r} already gives way on {already[0]}",
            f"Cơ quan “{code}” đã có quyết định sắp xếp từ ngày {already[0]:%d/%m/%Y}.",
        )
    elif life.valid_to is not None and life.valid_to != step.on - timedelta(days=1):
        yield Said(
            f"{code!r} already ended on {life.valid_to}; it can only give way on the day after",
            f"Cơ quan “{code}” đã ngừng hoạt động ngày {life.valid_to:%d/%m/%Y}; chỉ sắp xếp được từ ngày hôm sau.",
        )
    if step.on <= life.valid_from:
        yield Said(
            f"{code!r} exists only from {life.valid_from}; it cannot give way on {step.on}",
            f"Cơ quan “{code}” chỉ hoạt động từ ngày {life.valid_from:%d/%m/%Y}; ngày sắp xếp phải sau ngày này.",
        )


def _target(code: str, on: date, life: Life) -> Iterator[Said]:
    if on < life.valid_from:
        yield Said(
            f"the successor {code!r} does not exist before {life.valid_from}; it cannot take over on {on}",
            f"Đơn vị tiếp nhận “{code}” chỉ hoạt động từ ngày {life.valid_from:%d/%m/%Y}.",
        )
    elif not exists(life, on):
        yield Said(
            f"the successor {code!r} ended on {life.valid_to}; it cannot take over on {on}",
            f"Đơn vị tiếp nhận “{code}” đã ngừng hoạt động ngày {life.valid_to:%d/%m/%Y}.",
        )


def _returns(code: str, step: Step, known: Collection[tuple[str, str | None, date]]) -> bool:
    together = [*known, *((source, target, step.on) for source, target in step.pairs())]
    return code in follows(code, together)
