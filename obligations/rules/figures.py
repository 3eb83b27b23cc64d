"""What a figure is besides its number: its kind, and which figures of two reports may stand side by side."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DONE, ESTIMATED, CUMULATED = "thuc_hien", "uoc", "luy_ke"
KINDS = {DONE: "thực hiện", ESTIMATED: "ước thực hiện", CUMULATED: "lũy kế từ đầu năm"}
"""Kinds of figures and their words. Figures kept before there were kinds are ``DONE``."""
SHORT = {"ước": ESTIMATED, "lũy kế": CUMULATED, "luỹ kế": CUMULATED, "luỹ kế từ đầu năm": CUMULATED}
"""Other spellings that people write into a form file."""
OTHER_KIND = "khác loại số liệu"
Figure = Mapping[str, Any]


def kind_of(figure: Figure) -> str:
    """The kind as it is kept; a figure without one was kept before there were kinds."""
    return said(figure, "kind") or DONE


def kind_text(figure: Figure) -> str:
    """The kind in words."""
    return KINDS.get(kind_of(figure), kind_of(figure))


def kind_named(words: str) -> str | None:
    """The kind that a cell of a file names, by its words or its key; the usual one for nothing, None for anything else."""
    plain = folded(words)
    if not plain:
        return DONE
    known = {**SHORT, **{text: kind for kind, text in KINDS.items()}, **{kind: kind for kind in KINDS}}
    return known.get(plain)


def figure_problems(figures: Iterable[Figure]) -> list[str]:
    """Why figures cannot be recorded, in sentences that say what to do; empty when they can."""
    found = []
    for figure in figures:
        name = said(figure, "name") or "chưa có tên"
        if kind_of(figure) not in KINDS:
            words = ", ".join(KINDS.values())
            found.append(f"Số liệu “{name}”: đề nghị chọn loại số liệu là một trong: {words}.")
        adjusted, reason = said(figure, "adjusted"), said(figure, "adjusted_reason")
        if adjusted and not reason:
            found.append(f"Số liệu “{name}”: số kỳ trước điều chỉnh phải có lý do; đề nghị nhập lý do điều chỉnh.")
        if reason and not adjusted:
            found.append(
                f"Số liệu “{name}”: có lý do điều chỉnh nhưng chưa có số; đề nghị nhập số kỳ trước điều chỉnh."
            )
        if (adjusted or reason) and not (said(figure, "name") and said(figure, "value")):
            found.append(
                f"Số liệu “{name}”: đề nghị nhập tên chỉ tiêu và giá trị kỳ này cùng với số kỳ trước điều chỉnh."
            )
    return found


def adjusted_text(figure: Figure) -> str:
    """Last period's number put right with the reason, in words; empty when it is not."""
    adjusted, reason = said(figure, "adjusted"), said(figure, "adjusted_reason")
    return f"số kỳ trước điều chỉnh: {adjusted}; lý do: {reason}" if adjusted else ""


def difference(now: Figure, other: Figure) -> str:
    """Why two figures of one name may not stand side by side, in words; empty when they may."""
    apart = []
    if kind_of(now) != kind_of(other):
        apart.append(kind_text(other))
    if folded(said(now, "unit")) != folded(said(other, "unit")):
        apart.append(f"tính bằng {said(other, 'unit')}" if said(other, "unit") else "không ghi đơn vị tính")
    return f"{OTHER_KIND} ({', '.join(apart)})" if apart else ""


def lined_up(*reports: Sequence[Figure]) -> list[tuple[Figure | None, ...]]:
    """Figures of several reports as rows with a place for each report, None where it has no such figure.

    A figure is the same when task and name are, however the name is spaced or capitalised. Those of one kind and unit find
    each other first; what is left is put beside a figure of its name, and ``difference`` says what sets them apart.
    """
    rows: list[list[Figure | None]] = []
    for place, figures in enumerate(reports):
        left = list(figures)
        for alike in (_same, _same_but_unit, _same_name):
            left = [figure for figure in left if not _placed(rows, place, figure, alike)]
        rows += [[figure if n == place else None for n in range(len(reports))] for figure in left]
    return [tuple(row) for row in rows]


def _placed(rows: list[list[Figure | None]], place: int, figure: Figure, alike: Any) -> bool:
    for row in rows:
        lead = next((each for each in row if each is not None), None)
        if row[place] is None and lead is not None and lead is not figure and alike(lead, figure):
            row[place] = figure
            return True
    return False


def _same_name(one: Figure, other: Figure) -> bool:
    return (said(one, "clause"), folded(said(one, "name"))) == (said(other, "clause"), folded(said(other, "name")))


def _same_but_unit(one: Figure, other: Figure) -> bool:
    return _same_name(one, other) and kind_of(one) == kind_of(other)


def _same(one: Figure, other: Figure) -> bool:
    return _same_name(one, other) and not difference(one, other)


def said(figure: Figure, part: str) -> str:
    """One part of a figure as text; empty when it is not given."""
    value = figure.get(part)
    return "" if value is None else str(value).strip()


def folded(text: str) -> str:
    """A name as it is compared: blanks and capitals do not matter."""
    return " ".join(text.casefold().split())
