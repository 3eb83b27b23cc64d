"""Why an occurrence is due when it is, step by step, as a coordinator reads it (Vietnamese)."""

from datetime import date

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


def window_basis(data: DataWindow) -> str:
    """What a data window rests on."""
    return window_note(data.basis, data.basis_number, data.basis_on, data.why)


def _meaning(deadline: Deadline, printed_on: date, due_on: date) -> str:
    yearly = deadline.freq == "yearly"
    printed = f"{printed_on:%d/%m}" if yearly else f"{printed_on:%d/%m/%Y}"
    due = f"{due_on:%d/%m}" if yearly and due_on.year == printed_on.year else f"{due_on:%d/%m/%Y}"
    if deadline.basis == "internal":
        return f"Hạn nội bộ là hết ngày {due_on:%d/%m/%Y}"
    if deadline.time is not None:
        hour = deadline.time.replace(":", "h")
        return f"“trước {hour} ngày {printed}” nghĩa là đến {hour} của chính ngày đó"
    if deadline.op == "before":
        return f"“trước ngày {printed}” nghĩa là hết ngày {due}"
    if deadline.op == "within":
        return f"“{deadline.phrase or 'trong thời gian này'}” nghĩa là hết ngày {due}"
    word = "vào ngày" if deadline.op == "on" else "chậm nhất ngày"
    return f"“{word} {printed}” nghĩa là hết ngày {due}"
