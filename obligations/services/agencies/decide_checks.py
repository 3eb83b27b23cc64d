"""What a decision about a waiting duty may say."""

from dataclasses import dataclass
from datetime import date

from models.enums import AssignmentState
from models.tables import Agency, Assignment
from obligations.errors import Refused, WrongValue
from obligations.rules.decisions import Decision, parse_decision
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code
from obligations.services.roster import is_valid


@dataclass(frozen=True)
class Choice:
    """What is decided: ``to`` these agencies (by name or code), ``keep`` as it is, or ``exempt``; exactly one of them."""

    to: tuple[str, ...] = ()
    keep: bool = False
    exempt: bool = False


def read_decision(written: str) -> Decision:
    """A decision by its number and day."""
    try:
        return parse_decision(written)
    except ValueError as error:
        raise WrongValue("number", f"Cần ghi số, ngày của quyết định: {error}") from error


def check_choice(
    ctx: Context, assignment: Assignment, choice: Choice, by: Decision, on: date, due_on: date | None
) -> None:
    """Refused, saying what does not fit; nothing is changed."""
    if assignment.state != AssignmentState.awaiting_assignment:
        raise Refused("Đầu việc này không ở trạng thái chờ phân công.")
    if bool(choice.to) + choice.keep + choice.exempt != 1:
        raise WrongValue("outcome", "Chọn đúng một: giao cho cơ quan khác, giữ nguyên, hoặc không phải báo cáo kỳ này.")
    if by.on > ctx.today or on > ctx.today:
        raise WrongValue("decided_on", "Ngày của quyết định và ngày phân công không thể sau ngày hôm nay.")
    owner = ctx.session.get_one(Agency, assignment.agency_id)
    if choice.keep and not is_valid(owner, ctx.today):
        raise WrongValue("to", f"{owner.name} không còn từ ngày {owner.valid_to}; cần giao cho cơ quan khác.")
    for code in choice.to:
        _check_target(ctx, owner, code, on)
    if len(set(choice.to)) != len(choice.to):
        raise WrongValue("to", "Một cơ quan được nêu hai lần.")
    if not choice.exempt:
        _check_due(ctx, assignment, due_on)


def _check_target(ctx: Context, owner: Agency, code: str, on: date) -> None:
    target = agency_by_code(ctx, code)
    if target.id == owner.id:
        raise WrongValue("to", f"{target.name} đang có đầu việc này; chọn giữ nguyên.")
    if not (is_valid(target, on) and is_valid(target, ctx.today)):
        raise WrongValue(
            "to", f"{target.name} ({code}) không tồn tại vào ngày {on:%d/%m/%Y} hoặc không còn đến hôm nay."
        )


def _check_due(ctx: Context, assignment: Assignment, due_on: date | None) -> None:
    if due_on is None and assignment.due_at <= ctx.as_of:
        raise WrongValue("due_on", f"Thời hạn {assignment.due_on:%d/%m/%Y} đã qua; quyết định phải nêu thời hạn mới.")
    if due_on is not None and (due_on <= assignment.due_on or due_on < ctx.today):
        raise WrongValue("due_on", f"Thời hạn mới phải sau ngày {assignment.due_on:%d/%m/%Y} và không trước hôm nay.")
