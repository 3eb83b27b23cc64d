"""Why an occurrence is due when it is, step by step, as a coordinator reads it (Vietnamese)."""

from collections.abc import Sequence
from datetime import date

from plans.amendment import KIND_WORDS, Amendment
from plans.deadline import DataWindow, Deadline


def basis_note(deadline: Deadline) -> str:
    """What the date rests on, in one sentence (users.md S4)."""
    if deadline.basis == "internal" and deadline.set_on is not None:
        return (
            f"Ấn định nội bộ, không phải hạn trong văn bản: {deadline.set_by} ấn định ngày {deadline.set_on:%d/%m/%Y}. "
            f"Lý do: {deadline.why}"
        )
    if deadline.basis == "letter":
        return f"Theo công văn hướng dẫn: {deadline.basis_document}"
    return "Theo văn bản giao"


def reasons(
    deadline: Deadline,
    printed_on: date,
    due_on: date,
    data: DataWindow | None,
    data_from: date | None,
    data_to: date | None,
    rule_from: date | None,
) -> tuple[str, ...]:
    """The basis, what the wording means, and what data the period covers. ``rule_from``: the window before clipping."""
    found = [_basis(deadline), _meaning(deadline, printed_on, due_on)]
    if data is not None and data_from is not None and data_to is not None:
        set_inside = ", ấn định nội bộ" if data.basis == "internal" else ""
        found.append(f"Kỳ số liệu từ {data_from:%d/%m/%Y} đến {data_to:%d/%m/%Y}{set_inside}: {data.why}")
        if data_from != rule_from:
            found.append(f"Kỳ đầu lấy số liệu từ ngày ban hành văn bản, {data_from:%d/%m/%Y}")
    return tuple(found)


def amendment_reasons(amendments: Sequence[Amendment]) -> tuple[str, ...]:
    """One sentence for each document that governs a period, in the order in which they act."""
    return tuple(_amended(amendment) for amendment in amendments)


def _amended(amendment: Amendment) -> str:
    note = f": {amendment.note.strip()}" if amendment.note.strip() else ""
    if amendment.effective_on is None:
        return f"Đính chính theo {amendment.named}, áp dụng như nội dung ban đầu{note}"
    word = KIND_WORDS[amendment.kind].capitalize()
    return f"{word} theo {amendment.named}, có hiệu lực từ ngày {amendment.effective_on:%d/%m/%Y}{note}"


def amended_basis(note: str, amendments: Sequence[Amendment]) -> str:
    """The basis of a date with the documents that made it what it is."""
    return "; ".join([note, *(f"{KIND_WORDS[a.kind]} theo {a.named}" for a in amendments)])


def _basis(deadline: Deadline) -> str:
    if deadline.basis == "internal":
        return basis_note(deadline)
    if deadline.basis == "letter":
        said = f", ghi “{deadline.phrase}”" if deadline.phrase else ""
        return f"{basis_note(deadline)}{said}"
    return f"Văn bản ghi “{deadline.phrase}”"


def _meaning(deadline: Deadline, printed_on: date, due_on: date) -> str:
    yearly = deadline.freq == "yearly"
    printed = f"{printed_on:%d/%m}" if yearly else f"{printed_on:%d/%m/%Y}"
    due = f"{due_on:%d/%m}" if yearly and due_on.year == printed_on.year else f"{due_on:%d/%m/%Y}"
    missing = ""
    if deadline.day is not None and deadline.day != printed_on.day:
        printed = f"{deadline.day:02d}/{deadline.month:02d}"
        missing = f" (năm {printed_on.year} không có ngày {printed})"
    word = {"before": "trước", "on": "vào", "by": "chậm nhất"}.get(deadline.op, "đến")
    hour = deadline.time.replace(":", "h") if deadline.time else None
    if deadline.basis == "internal":
        return f"Hạn nội bộ là {hour or 'hết'} ngày {due_on:%d/%m/%Y}"
    if hour is not None:
        return f"“{word} {hour} ngày {printed}” nghĩa là đến {hour} của chính ngày đó{missing}"
    if deadline.op == "before" and due_on == printed_on and not missing:
        return f"“trước ngày {printed}” đọc mở: đến hết ngày {due}"
    if deadline.op == "within":
        return f"“{deadline.phrase or 'trong thời gian này'}” nghĩa là hết ngày {due}"
    return f"“{word} ngày {printed}” nghĩa là hết ngày {due}{missing}"
