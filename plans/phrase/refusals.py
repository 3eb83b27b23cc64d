"""Dates with an operator that are nobody's deadline: data windows, aims, stories, scope, validity."""

from plans.phrase import context as said
from plans.phrase.found import Found
from plans.phrase.moment import Moment
from plans.phrase.operators import Operator, operator_at
from plans.phrase.sentence import Sentence

DATA_WHY = "kỳ số liệu, không phải thời hạn gửi"
AIM_WHY = "mốc mục tiêu, không phải thời hạn"
PAST_WHY = "việc đã qua hoặc phạm vi áp dụng, không phải thời hạn"


def judged(found: Found, operator: Operator, moments: list[Moment], end: int) -> tuple[str | None, str | None]:
    """Why these are no deadline, or why they may be none."""
    s, i = found.s, operator.start
    if said.said_before(s, said.VALID, i, 25) or said.VALID.at(s, i):
        return "thời hạn hiệu lực hoặc thời gian diễn ra, không phải hạn thực hiện", None
    if said.said_before(s, said.FORMER, i):
        return PAST_WHY, None
    if operator.until:
        return _until(found, operator, moments, end)
    if found.by_data(i) and (operator.op in ("on", "within") or s.is_one(i - 1, "chốt")):
        return DATA_WHY, None
    if operator.op == "before" and _scope(s, i, end):
        return PAST_WHY, None
    if _past(s, i) or (s.is_one(end, "thì", "được", "mà", "vẫn", "chưa", "nhưng", "còn") and operator.op == "before"):
        return PAST_WHY, None
    return _span(found, operator, end) if all(m.span for m in moments) else (None, None)


def _span(found: Found, operator: Operator, end: int) -> tuple[str | None, str | None]:
    """A month, quarter or year is a limit where the clause says what to finish; else an aim or a story."""
    s, i = found.s, operator.start
    if any(s.after(j, "có hạn", plain=True) or s.after(j, "có thời hạn", plain=True) for j in range(max(0, i - 5), i)):
        return PAST_WHY, None
    does = said.said_before(s, said.FINISH, operator.end)
    aims = said.said_before(s, said.AIM, i) or said.said_after(s, said.AIM, end, 10)
    if aims:
        return (
            (None, "câu nói “phấn đấu” hoặc chỉ tiêu; kiểm tra lại")
            if does and operator.op == "before"
            else (AIM_WHY, None)
        )
    if operator.op != "within":
        return None, None
    if not does and said.said_after(s, said.NARRATIVE, end, 25):
        return "kỳ được nói tới trong câu kể, không phải thời hạn", None
    if does or said.said_after(s, said.FINISH, end, 30) or _whole(s, i, end):
        return None, None
    if s.is_plain(i, "trong") and i == said.clause_start(s, i):
        found.doubts.append((operator.start, end))
        return "kỳ được nói tới, câu không nêu việc phải hoàn thành", None
    return None, "không thấy việc phải hoàn thành; kiểm tra lại đây có phải thời hạn"


def not_taken(s: Sentence, i: int) -> bool:
    """“không nhận hồ sơ sau 17h00 ngày 20/8”."""
    return any(s.is_plain(j, "không") and s.is_one(j + 1, "nhận", "tiếp") for j in range(max(0, i - 5), i))


def _whole(s: Sentence, i: int, end: int) -> bool:
    return i <= 1 and end >= len(s) - 2


def _scope(s: Sentence, i: int, end: int) -> bool:
    """“Đối với công trình khởi công trước ngày …, …”, “các hợp đồng ký kết trước ngày … phải …”: which cases are meant."""
    start = said.clause_start(s, i)
    done = said.DONE_TO.at(s, i - 2) or said.DONE_TO.at(s, i - 1)
    if done is None or done[1] != i:
        return False
    inside = any(s.at(j).text == "(" for j in range(max(start, i - 8), i))
    opens = s.after(start, "đối với", plain=True) or s.is_one(start, "các", "những", "trường", "hồ")
    later = any(operator_at(s, j) for j in range(end, min(end + 40, len(s))))
    return inside or bool(opens and later) or s.is_one(end, "phải", "còn", "chưa")


def _past(s: Sentence, i: int) -> bool:
    return any(s.at(j).low == "đã" for j in range(max(0, i - 6), i)) and not any(
        s.at(j).text in (",", ";", ".") for j in range(max(0, i - 6), i)
    )


def _until(found: Found, operator: Operator, moments: list[Moment], end: int) -> tuple[str | None, str | None]:
    """“đến”: a limit only where the clause speaks of one; a horizon, a data window or nothing elsewhere."""
    s, i = found.s, operator.start
    if found.by_data(i) or s.is_one(i - 1, "tính", "chốt", "lấy", "nhật"):
        return DATA_WHY, None
    if said.said_before(s, said.RESULTS, i, 10) and not said.said_before(s, said.HEADER, i):
        return DATA_WHY, None
    limit = said.said_before(s, said.LIMIT, i) or said.said_after(s, said.LIMIT, end)
    whole = all(m.span >= 12 for m in moments)
    if s.is_one(end, "có") or any(s.is_one(j, "còn", "đã", "mới", "chưa") for j in range(end, end + 5)):
        return PAST_WHY, None
    hard = any(s.is_word(j, "hết") for j in range(i, operator.end))
    aim = said.said_before(s, said.AIM, i) or said.said_after(s, said.AIM, end, 20)
    done = said.said_before(s, said.DONE, i) or said.DONE.at(s, s.skip(end, ","))
    if aim and (hard or said.DONE.at(s, s.skip(end, ","))) and done and not whole:
        return None, "câu có chỉ tiêu; kiểm tra lại đây là thời hạn hay mốc mục tiêu"
    if aim or (whole and not (hard and limit)):
        return AIM_WHY, None
    if hard and not any(m.span for m in moments):
        return None, None
    if limit:
        return None, None if hard or said.said_before(
            s, said.LIMIT, i
        ) else "“đến” có thể chỉ là mốc mục tiêu; kiểm tra lại"
    return "mốc thời gian, văn bản không nói đó là thời hạn", None


def reported(s: Sentence, i: int) -> bool:
    """“kết quả … trong quý I”: the span is what is reported on."""
    start = said.clause_start(s, i, 10)
    for j in range(i - 1, start - 1, -1):
        if s.at(j).text == "," or (said.FINISH.at(s, j) and not s.is_any(j, "báo", "thực", "triển", "kiểm")):
            return False
        if said.DATA_PERIOD.at(s, j):
            return True
    return False


def in_force(s: Sentence, i: int) -> bool:
    """Behind "có hiệu lực": when the document takes effect, which is nobody's deadline."""
    return any(s.after(j, "hiệu lực", plain=True) for j in range(max(0, i - 5), i))
