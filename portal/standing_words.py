"""How an assignment stands, in words.

Filters: a table of hundreds of agencies says it in every row, and a macro costs several times as much.
"""

from markupsafe import Markup, escape

from obligations.services.views_shared import Standing
from portal.texts_vi import CLOSED_UNFINISHED, CLOSED_UNSENT, MESSAGE_KIND, NO_DAY, STATE_AGENCY, STATED_AGENCY
from portal.vietnamese import day, hours, long_day, two

OWED = ("open", "returned", "overdue")


def state_marks(standing: Standing) -> Markup:
    """The state and what else is to be known at a glance, for the coordinator."""
    return _marks(standing, standing.words, _colour(standing))


def own_state_marks(standing: Standing) -> Markup:
    """The same for the agency itself."""
    return _marks(standing, own_state(standing), "waiting" if standing.closed_unsent else _colour(standing))


def own_state(standing: Standing) -> str:
    """The state as the agency itself reads it, on its pages and in the file of everything it owes."""
    if standing.closed_unsent:
        return CLOSED_UNFINISHED if standing.key in ("returned", "soft_received") else CLOSED_UNSENT
    return STATED_AGENCY if standing.stated and standing.key == "submitted" else STATE_AGENCY[standing.key]


def time_words(standing: Standing) -> str:
    """How much time is left or has passed, or when the report came; empty when there is nothing to say."""
    if standing.minutes_left is not None and standing.key in OWED:
        return f"{'còn' if standing.minutes_left >= 0 else 'quá giờ hạn'} {hours(standing.minutes_left)}"
    if standing.days_overdue is not None:
        return f"{two(standing.days_overdue)} ngày"
    if ahead := _ahead(standing):
        return ahead
    if standing.arrived_on:
        return f"{'báo gửi' if standing.stated else 'nhận'} {day(standing.arrived_on)}"
    return NO_DAY[standing.no_day]


def _ahead(standing: Standing) -> str:
    """How long what is still to come may take."""
    if standing.key not in ("open", "returned"):
        return ""
    if standing.days_left is not None:
        left = standing.days_left
        return f"còn {two(left)} ngày làm việc" if left else "hôm nay là ngày làm việc cuối trong hạn"
    if standing.in_time_until:
        return f"trong hạn đến hết {long_day(standing.in_time_until)}"
    return f"bắt đầu tính quá hạn từ {day(standing.overdue_from)}" if standing.overdue_from else ""


def message_kind(kind: str) -> str:
    """The kind of a notice in words."""
    return MESSAGE_KIND.get(kind, kind)


def _colour(standing: Standing) -> str:
    asked = " state-requested" if standing.duty == "requested" and standing.key == "open" else ""
    return f"{standing.key}{asked}"


def _marks(standing: Standing, words: str, colour: str) -> Markup:
    marks = [f'<span class="state state-{escape(colour)}">{escape(words)}</span>\n']
    if standing.again_by and standing.key == "returned":
        marks.append(_extended(f"Gửi lại chậm nhất {day(standing.again_by)}"))
    if standing.late:
        agreed = ", đã thống nhất" if standing.agreed_until else ""
        marks.append(f'<span class="state state-late">Gửi chậm{agreed}</span>')
    if standing.counted_on:
        marks.append(_extended(f"Tính theo ngày văn bản {day(standing.counted_on)}"))
    if standing.acknowledged_at and standing.key in OWED:
        marks.append(_extended("Đang thực hiện"))
    if standing.agreed_until and standing.key in OWED:
        marks.append(_extended(f"Thống nhất gửi đến {day(standing.agreed_until)}"))
    if standing.signing_on:
        marks.append(_extended(f"Chờ ký, dự kiến {day(standing.signing_on)}"))
    if standing.extended_from:
        marks.append(_extended(f"Gia hạn tới {day(standing.due_on)}"))
    return Markup("".join(marks))  # noqa: S704 - fixed words, dates and what was escaped above


def _extended(words: str) -> str:
    return f'<span class="state state-extended">{words}</span>\n'
