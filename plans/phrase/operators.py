"""Words that make a date a deadline: before, by, on, within; and the weak "đến" that mostly marks a horizon."""

from dataclasses import dataclass
from typing import Literal

from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence

Op = Literal["before", "by", "on", "within"]
Word = Literal["before", "by", "on", "within", "until", "after", "done"]

_WORDS: Phrases[Word] = Phrases(
    {
        "trước": "before", "trước thời điểm": "before", "trước và trong": "by", "trước hoặc trong": "by",
        "trong hoặc trước": "by", "trong và trước": "by", "trước hết": "by", "trước hoặc vào": "by",
        "chậm nhất": "by", "muộn nhất": "by", "trễ nhất": "by", "chậm nhất là": "by", "không quá": "by", "không vượt quá": "by",
        "không muộn hơn": "by", "không chậm hơn": "by", "không trễ hơn": "by", "không được quá": "by", "không muộn quá": "by",
        "không chậm quá": "by", "không sau": "by", "hạn cuối": "by", "hạn chót": "by", "hạn cuối cùng": "by", "thời hạn cuối cùng": "by",
        "thời hạn cuối": "by", "thời hạn chót": "by", "thời hạn chậm nhất": "by", "không được chậm hơn": "by",
        "không được muộn hơn": "by", "xong": "done", "kết thúc": "done",
        "đến hết": "until", "cho đến hết": "until", "tới hết": "until", "hết": "until", "đến": "until", "tới": "until", "đến trước": "before",
        "vào": "on", "lúc": "on", "vào lúc": "on", "đúng": "on", "vào hồi": "on", "vào thời điểm": "on", "hồi": "on",
        "trong": "within", "ngay trong": "within", "trong khoảng": "within", "trong thời hạn": "within", "trong vòng": "within",
        "trong thời gian": "within", "thời hạn": "within", "sau": "after", "thời hạn tối đa": "within",
    }
)  # fmt: skip
_FILLERS = (
    "là",
    "ngay",
    "khoảng",
    "thời",
    "điểm",
    ":",
    "buổi",
    "cả",
    "vòng",
    "hạn",
    "gian",
    "ít",
    "nhất",
    "tối",
    "thiểu",
)
_RANK: dict[Word, int] = {"before": 5, "by": 4, "until": 3, "within": 2, "done": 1, "on": 0, "after": 0}


@dataclass(frozen=True)
class Operator:
    """The operator, its words, and the position of what it governs. ``until`` is a "đến" without a stronger word, ``within`` a run that opens with "trong"."""

    start: int
    end: int
    op: Op
    until: bool = False
    after: bool = False
    within: bool = False


def operator_at(s: Sentence, i: int) -> Operator | None:
    """The run of operator words that starts here: "chậm nhất đến hết", "hoàn thành xong trước"."""
    first = _WORDS.at(s, i)
    if first is None:
        return None
    word, end = first
    for _ in range(4):
        end = _behind_fillers(s, end)
        more = _WORDS.at(s, end)
        if more is None or (more[0] == "until" and word == "before") or more[0] == "after":
            break
        word = _stronger(word, more[0])
        end = more[1]
    op: Op = word if word in ("before", "by", "on", "within") else "by"
    return Operator(i, end, op, until=word == "until", after=word == "after", within=s.is_word(i, "trong"))


def _behind_fillers(s: Sentence, i: int) -> int:
    """Past "là", "ngay", "khoảng"; a "ngay" before a number is a "ngày" that lost its mark."""
    j = s.skip(i, *_FILLERS)
    return j - 1 if j > i and s.at(j - 1).low == "ngay" and (s.at(j).kind == "num" or s.is_any(j, "mùng")) else j


def _stronger(a: Word, b: Word) -> Word:
    return a if _RANK[a] >= _RANK[b] else b
