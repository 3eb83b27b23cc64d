"""Why an occurrence is due when it is, step by step, as a coordinator reads it (Vietnamese)."""

from datetime import date

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
    if deadline.basis == "internal":
        if deadline.time is not None:
            return f"Hạn nội bộ là {deadline.time.replace(':', 'h')} ngày {due_on:%d/%m/%Y}"
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
