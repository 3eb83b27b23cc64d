"""The Vietnamese sentences of a reading: each step with its rule and source, and what is missing."""

from datetime import date

from plans.phrase.found import Deadline, Found
from plans.phrase.moment import LAST_DAY, Freq, Moment
from plans.phrase.operators import Op
from plans.phrase.reading import Kind, Relation
from plans.phrase.rhythm import Rhythm

SEVERAL_HOURS = "câu có nhiều giờ khác nhau; cần tách từng hạn"
MIXED = "Câu có nhiều hạn khác loại (có hạn riêng cho một kỳ, hoặc hạn ghi năm lẫn hạn lặp lại); cần tách từng hạn."
SIX_OR_NEXT = "Văn bản không dấu: “sau” có thể là “sáu”; kiểm tra lại với bản gốc."
STANDING_TOO = "Câu vừa nói việc thường xuyên, tiếp tục vừa nêu một kỳ; kiểm tra lại kỳ đó có phải là thời hạn."
WHICH_YEAR = "Nhiều năm mới lặp lại một lần nhưng văn bản không ghi năm nào; cần xác định năm đến hạn."
NO_OPERATOR = "văn bản ghi ngày mà không nói trước, chậm nhất hay vào ngày đó; cần kiểm tra đây có phải thời hạn"
MAY_BE_PERIOD = "có thể là kỳ được báo cáo chứ không phải thời hạn; kiểm tra lại"
_FREQ_NAMES: dict[Freq, str] = {
    "daily": "hằng ngày", "weekly": "hằng tuần", "monthly": "hằng tháng", "quarterly": "hằng quý", "semiannual": "6 tháng một lần",
    "nine-month": "9 tháng", "annual": "hằng năm", "biennial": "2 năm một lần", "quinquennial": "5 năm một lần",
}  # fmt: skip
_UNITS = {
    "day": "ngày", "working_day": "ngày làm việc", "month": "tháng", "hour": "giờ", "week": "tuần", "year": "năm",
}  # fmt: skip
_SHOWN = 4


def steps(fragment: str, moment: Moment, op: Op, days: tuple[date, ...], *, strict: bool) -> list[str]:
    """From the words to the dates."""
    if not days:
        return []
    lines = [f"“{fragment}” là hết {_listed(days)} ({_rule(moment, op, strict=strict)})."]
    if moment.time is not None:
        lines = [
            f"“{fragment}” là đến {moment.time.replace(':', 'h')} {_listed(days)} ({_rule(moment, op, strict=strict)})."
        ]
    if moment.lunar:
        lines.append(f"“{fragment}” tính theo âm lịch Việt Nam (múi giờ UTC+7), đã đổi ra dương lịch.")
    return lines


def _listed(days: tuple[date, ...]) -> str:
    shown = ", ".join(f"{day:%d/%m/%Y}" for day in days[:_SHOWN])
    return f"ngày {shown}" + (f" … ({len(days)} ngày trong năm)" if len(days) > _SHOWN else "")


def _rule(moment: Moment, op: Op, *, strict: bool) -> str:
    if op == "before" and moment.time is not None:
        return "trước một giờ của ngày D là đến giờ ấy của chính ngày D"
    if op == "before" and moment.span:
        return "trước một tháng, quý, năm là hết ngày liền trước ngày đầu của kỳ đó"
    if op == "before":
        return (
            "đọc chặt: trước ngày D là hết ngày D-1"
            if strict
            else "đọc theo chính sách của kế hoạch: trước ngày D là hết ngày D"
        )
    if moment.span:
        return "trong hoặc hết một tháng, quý, năm là đến hết ngày cuối của kỳ, Điều 148 Bộ luật Dân sự 2015"
    if moment.day == LAST_DAY and moment.each:
        return "cuối kỳ là ngày cuối của kỳ, Điều 146 Bộ luật Dân sự 2015"
    return "chậm nhất, đến hết hoặc vào ngày D là 24 giờ ngày D, Điều 148 Bộ luật Dân sự 2015"


def year_step(fragment: str, year: int | None, source: str | None) -> str:
    """Where the year of a date without one comes from."""
    origin = {
        "asked": "năm được hỏi", "context": "năm của ngày văn bản", "printed": "năm ghi ở chỗ khác trong câu",
        "today": "năm hiện tại",
    }.get(source or "", "")  # fmt: skip
    return f"“{fragment}” không ghi năm; lấy năm {year} ({origin})."


def missing(fragment: str, moment: Moment, year: int | None, *, repeats: bool) -> str:
    """What a date lacks."""
    if moment.each == "daily":
        return f"“{fragment}”: hạn lặp lại mỗi ngày; không liệt kê từng ngày."
    if moment.of_period is not None and not moment.months:
        return f"“{fragment}”: chưa rõ kỳ báo cáo (tháng, quý, 6 tháng hay năm); cần bổ sung chu kỳ."
    if moment.day is None and moment.weekday is None:
        return f"“{fragment}”: có giờ nhưng không có ngày; cần bổ sung ngày."
    if not moment.months and moment.weekday is None:
        return f"“{fragment}”: không rõ tháng nào; cần bổ sung tháng."
    if year is None:
        what = "chọn năm cần tính" if repeats else "bổ sung năm hoặc ngày văn bản"
        return f"“{fragment}”: văn bản không ghi năm; cần {what}."
    return f"“{fragment}”: không có ngày nào rơi vào năm {year}; kiểm tra lại."


def mixed(found: Found, deadlines: list[Deadline]) -> bool:
    """Whether a duty that repeats stands beside one that does not, or has an exception for one period."""
    years = {bool(m.year) for d in deadlines for m in d.moments}
    several = len(deadlines) > 1
    apart = any(t.low in ("riêng", "lồng") for t in found.s.tokens[:400])
    return several and (apart or len(years) > 1)


def no_date(found: Found, rhythm: Rhythm) -> str:
    """A rhythm without a date is asked about, never completed (domain rule 8)."""
    if rhythm.other:
        return f"“{rhythm.other}”: chu kỳ này chưa tính được thành ngày; cần ấn định từng ngày."
    if rhythm.freqs:
        names = ", ".join(_FREQ_NAMES[f] for f in sorted(rhythm.freqs))
        return f"Văn bản chỉ nêu chu kỳ ({names}), không nêu ngày; cần bổ sung ngày gửi."
    return f"“{found.periodic}”: văn bản không nêu chu kỳ và ngày; cần bổ sung từ quy định được dẫn chiếu."


def frequency_step(fragment: str, freq: Freq) -> str:
    """What a frequency's words mean."""
    return f"“{fragment}”: chu kỳ {_FREQ_NAMES[freq]}."


def term_step(fragment: str, relation: Relation) -> str:
    """How a term counts."""
    if relation.amount is None:
        return f"“{fragment}”: tính theo sự kiện, không nêu số ngày."
    unit = _UNITS[relation.unit]
    side = "sau" if relation.direction == "after" else "trước"
    return (
        f"“{fragment}”: {relation.amount} {unit} {side} sự kiện “{relation.event or 'chưa nêu'}”; ngày xảy ra sự kiện không tính "
        "(Điều 147 Bộ luật Dân sự 2015)."
    )


def counted(fragment: str, day: date) -> str:
    """A term whose first day is known."""
    return f"“{fragment}”: tính từ ngày đã biết, hạn cuối là {day:%d/%m/%Y}."


def kind_step(kind: Kind, found: Found) -> str:
    """Why a sentence has no date of its own."""
    if kind == "standing":
        return f"“{found.standing}”: nhiệm vụ thường xuyên, không có thời hạn."
    if kind == "relative":
        return "Thời hạn phụ thuộc sự kiện; chỉ tính được ngày khi sự kiện đã xảy ra."
    return "Câu không nêu thời hạn của một nhiệm vụ."
