"""Who does it, who receives it, through whom, for whom: names as printed, nothing guessed."""

from dataclasses import dataclass

from plans.phrase.agencies import body_at, name_end, shouts, subject_end, verb_at
from plans.phrase.phrases import Phrases
from plans.phrase.receivers import receivers_of, via_of
from plans.phrase.sentence import Sentence

_ASKS: Phrases[bool] = Phrases.of(
    ("đề nghị", "yêu cầu", "giao", "giao cho", "giao trách nhiệm cho", "phân công", "kính đề nghị", "trân trọng đề nghị",
     "thông báo để", "giao nhiệm vụ cho", "đối với", "do", "kính mong", "đề nghị quý", "cơ quan chủ trì :", "đơn vị chủ trì :",
     "chủ trì :", "cơ quan thực hiện :", "đơn vị thực hiện :", "thực hiện :", "đơn vị báo cáo :", "cơ quan báo cáo :", "cơ quan , đơn vị báo cáo :")
)  # fmt: skip
_OPENERS = (".", ";", ",", ":", "-", "+", ")", '"', "*", "|")
_ORDERS: Phrases[bool] = Phrases.of(
    ("yêu cầu", "đề nghị", "giao", "chỉ đạo", "phân công", "trân trọng đề nghị", "kính đề nghị")
)
_LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Parties:
    """Names as printed; nothing is guessed."""

    actors: tuple[str, ...] = ()
    receiver: str | None = None
    via: str | None = None
    reader: str | None = None


def parties_of(s: Sentence) -> Parties:
    """The parties of a sentence; of a text beyond 4000 tokens nothing is claimed."""
    if len(s) > _LONGEST_TEXT:
        return Parties()
    caseless = shouts(s)
    receivers = receivers_of(s, caseless=caseless)
    best = max((rank for _, rank in receivers), default=0)
    places = [place for place, _ in receivers]
    receiver = next((place for place, rank in receivers if rank == best), None)
    via = via_of(s, receiver[1], caseless=caseless) if receiver else None
    reader = next((place for place in places if receiver and place[0] > receiver[0]), None)
    return Parties(_actors(s, caseless=caseless), _text(s, receiver), _text(s, via), _text(s, reader))


def _text(s: Sentence, place: tuple[int, int] | None) -> str | None:
    return s.part(*place) if place else None


def _actors(s: Sentence, *, caseless: bool) -> tuple[str, ...]:
    """Subjects, in order of the text, split into complete names."""
    found: list[str] = []
    i = 0
    while i < len(s):
        start, asked = _subject_start(s, i)
        if start is None:
            i = max(_passed(s, i, caseless=caseless), i + 1) if body_at(s, i) is not None else i + 1
            continue
        end = _subject(s, start, caseless=caseless, asked=asked)
        if end is None:
            i = max(_passed(s, start, caseless=caseless), i + 1)
            continue
        plain = (
            s.at(start - 1).text == ","
            and s.at(start).text[:1].islower()
            and s.at(start).low not in ("các", "những", "mỗi")
        )
        if asked or not (plain and found) or caseless:
            found += [name for name in _split(s, start, end) if name not in found]
        i = end
    return tuple(found)


def _passed(s: Sentence, i: int, *, caseless: bool) -> int:
    """Behind a name that is no subject; another that stands complete behind a comma is left to be read."""
    end = name_end(s, i, caseless=caseless)
    return next((j for j in range(i + 1, end) if s.at(j).text == "," and _complete(s, j + 1, ",")), end)


def _subject_start(s: Sentence, i: int) -> tuple[int | None, bool]:
    asked = _ASKS.at(s, i)
    if asked is not None and body_at(s, s.skip(asked[1], ":", "quý")) is not None:
        return s.skip(asked[1], ":"), True
    if body_at(s, i) is None:
        return None, False
    opens = i == 0 or s.at(i - 1).text in _OPENERS or s.at(i - 1).low in ("và", "của", "việc", "tháng", "ngày", "tuần")
    return (i if opens else None), False


def _subject(s: Sentence, i: int, *, caseless: bool, asked: bool) -> int | None:
    """The end of a subject, or None when what stands here is no subject."""
    end = subject_end(s, i, caseless=caseless)
    if s.at(i - 1).text == ":" and asked:
        stop = next((j for j in range(i, end or len(s)) if s.at(j).text in (";", ".")), None)
        end = stop if stop is not None else end
    if end is None:
        return name_end(s, i, caseless=caseless) if asked else None
    if asked:
        return end
    if any(s.at(j).text == ":" for j in range(end, end + 4)):
        return None  # the heading of a field
    order = _ORDERS.at(s, end)
    if order is not None and body_at(s, s.skip(order[1], "cho", "quý")) is not None:
        return None  # who asks is not who does
    if s.at(i - 1).low == "của" and not (s.is_one(end, "gửi", "nộp", "trình", "báo", "lập") and _one_list(s, i, end)):
        return None
    return end if _does(s, i, end, caseless=caseless) else None


def _one_list(s: Sentence, i: int, end: int) -> bool:
    """Whether no comma inside begins another complete name ("theo yêu cầu của Hội A, Hội B gửi …")."""
    return not any(s.at(j).text == "," and _complete(s, j + 1, ",") for j in range(i, end))


def _does(s: Sentence, i: int, end: int, *, caseless: bool) -> bool:
    """A subject in mid-sentence must not be what a verb before it acts on ("gửi Sở Nội vụ, Sở Tài chính để …")."""
    if s.is_one(end, "để", "từ", "đến", "ra", "thu"):
        return False
    start = i
    while start > 0 and s.at(start - 1).text not in (".", ";", ":"):
        start -= 1
    return not any(_acts(s, j, caseless=caseless) for j in range(start, i))


def _acts(s: Sentence, j: int, *, caseless: bool) -> bool:
    if not s.is_one(j, "gửi", "trình", "nộp", "báo", "phối", "chuyển", "tham") or s.at(j - 1).low in (
        "quý",
        "năm",
        "kỳ",
        "tháng",
        "với",
    ):
        return False
    return verb_at(s, j, caseless=caseless) is not None and not (s.at(j).text[:1].isupper() and j == 0)


def _split(s: Sentence, i: int, end: int) -> list[str]:
    """Split at ";" and at "," or "và" only where a complete name begins."""
    end = s.skip_back(end)
    pieces: list[tuple[int, int]] = []
    start, depth = i, 0
    for j in range(i, end):
        text = s.at(j).text
        depth += (text == "(") - (text == ")")
        if depth == 0 and j > start and (text in (",", ";") or s.at(j).low == "và") and _complete(s, j + 1, text):
            pieces.append((start, j))
            start = j + 1
    pieces.append((start, end))
    return [name for a, b in pieces if (name := _name(s, a, b))]


def _complete(s: Sentence, i: int, separator: str) -> bool:
    """Whether a name that stands by itself begins here: "Sở Tài chính", "UBND các xã", "các đơn vị"."""
    if s.at(i).low == "và":
        i += 1
    if s.at(i - 1).low == "và" and s.at(i - 2).low in ("hđnd", "đbqh"):
        return False  # "Văn phòng HĐND và UBND xã"
    if separator == ";":
        return True
    if s.at(i).low in ("các", "những", "toàn", "tất"):
        if s.at(i - 2).low == "cấp":
            return False
        return body_at(s, i) is not None
    head = body_at(s, i)
    if head is None:
        return False
    named = s.at(head).kind == "word" and s.at(head).text[:1].isupper()
    strong = (s.at(i).low == "tỉnh" and s.at(i + 1).low in ("đoàn", "ủy")) or s.at(i).low in (
        "ubnd",
        "ủy",
        "hđnd",
        "thủ",
        "chủ",
        "giám",
        "công",
        "hiệp",
        "mặt",
        "liên",
        "văn",
        "thanh",
        "bhxh",
        "kho",
        "ubmttq",
        "chánh",
        "huyện",
        "đảng",
    )
    return (s.at(i).text[:1].isupper() and named) or (
        strong and (s.at(i).text[:1].isupper() or s.at(head).low in ("các", "tỉnh"))
    )


def _name(s: Sentence, a: int, b: int) -> str:
    while a < b and (s.at(a).kind == "mark" or s.at(a).low in ("và", "quý", "cho")):
        a += 1
    for j in range(a, b):
        if s.at(j).text == "(":
            b = j
            break
    while b > a and (s.at(b - 1).kind == "mark" or s.at(b - 1).low in ("và", "đã", "cũng", "đều")):
        b -= 1
    return s.part(a, b)
