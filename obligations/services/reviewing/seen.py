"""Two people at one duty: what was decided on a page that no longer showed how things stand is not done unseen."""

from models.tables import Assignment
from obligations.errors import Refused


def seen_mark(assignment: Assignment) -> str:
    """How a duty stands, in one word that its page carries along with every decision."""
    changed = int(assignment.state_changed_at.timestamp() * 1_000_000)
    return f"{assignment.state.value}.{assignment.revision}.{changed}"


def check_seen(assignment: Assignment, seen: str | None) -> None:
    """Refused when the duty has changed since. ``seen``: its mark on the page that was decided on; None: nobody looked at one."""
    if seen is not None and seen != seen_mark(assignment):
        raise Refused(
            "Đầu việc này đã thay đổi sau khi trang được mở (có người khác vừa xử lý, hoặc cơ quan vừa gửi). "
            "Đề nghị xem lại tình trạng hiện nay trên trang này; nếu vẫn cần thì bấm lại."
        )
