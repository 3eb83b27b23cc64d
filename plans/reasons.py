"""Why an occurrence is due when it is, step by step, as a coordinator reads it (Vietnamese)."""

from collections.abc import Sequence
from datetime import date

from plans.amendment import KIND_WORDS, Amendment
from plans.basis import Based, basis_note, window_note
from plans.deadline import DataWindow, Deadline


def reasons(deadline: Deadline, printed_on: date, due_on: date, citation: str) -> tuple[str, ...]:
    """The basis, and what the wording means."""
    return based_on(deadline, citation), _meaning(deadline, printed_on, due_on)


def based_on(deadline: Based, citation: str) -> str:
    """The basis as the first reason of a date, with the words it is taken from."""
    if deadline.basis == "internal":
        return basis_note(deadline, citation)
    if deadline.basis == "letter":
        said = f", ghi “{deadline.phrase}”" if deadline.phrase else ""
        return f"{basis_note(deadline, citation)}{said}"
    return f"Văn bản ghi “{deadline.phrase}”"


def window_reasons(data: DataWindow, data_from: date, data_to: date, rule_from: date) -> tuple[str, ...]:
    """What data a period covers, and why. ``rule_from``: the window before the plan's day of issue cut it."""
    basis = window_basis(data)
    found = [f"Kỳ số liệu từ {data_from:%d/%m/%Y} đến {data_to:%d/%m/%Y}, {basis[:1].lower()}{basis[1:]}"]
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


def window_basis(data: DataWindow) -> str:
    """What a data window rests on."""
    return window_note(data.basis, data.basis_number, data.basis_on, data.why)


def _meaning(deadline: Deadline, printed_on: date, due_on: date) -> str:
    yearly = deadline.freq == "yearly"
    printed = f"{printed_on:%d/%m}" if yearly else f"{printed_on:%d/%m/%Y}"
    due = f"{due_on:%d/%m}" if yearly and due_on.year == printed_on.year else f"{due_on:%d/%m/%Y}"
    missing = ""
    if deadline.day is not None and deadline.day != printed_on.day:
        printed = f"{deadline.day:02d}/{deadline.month or printed_on.month:02d}"
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
