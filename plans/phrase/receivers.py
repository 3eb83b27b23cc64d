"""The bodies a product is sent to, and those it goes through."""

from plans.phrase.agencies import body_at, name_end
from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence

_TO = ("về", "đến", "cho", "tới", "lên", "với")
_REACH, _WITH = 60, 14
_FIELDS: Phrases[bool] = Phrases.of(
    (
        "nơi nhận :",
        "đơn vị nhận :",
        "cơ quan nhận :",
        "nơi nhận báo cáo :",
        "đơn vị nhận báo cáo :",
        "cơ quan nhận báo cáo :",
    )
)


def receivers_of(s: Sentence, *, caseless: bool) -> list[tuple[tuple[int, int], int]]:
    """Bodies that something is sent to, in order of the text; sent outweighs reported or laid before, those advised."""
    found: list[tuple[tuple[int, int], int]] = []
    i = 0
    while i < len(s):
        start = _sent_to(s, i)
        if start is None:
            i += 1
            continue
        end = name_end(s, start, caseless=caseless)
        if not any(s.part(*each) == s.part(start, end) for each, _ in found):
            found.append(((start, end), _rank(s, i, start)))
        i = max(end, i + 1)
    return found


def _rank(s: Sentence, i: int, start: int) -> int:
    if _FIELDS.at(s, i) is not None:
        return 3
    if s.is_one(i, "tham"):
        return 0
    return 2 if s.is_one(i, "gửi", "nộp", "gởi", "chuyển") or s.is_one(start - 1, "về") else 1


def _sent_to(s: Sentence, i: int) -> int | None:
    """The start of the body that the sending verb here names."""
    field = _FIELDS.at(s, i)
    if field is not None:
        return field[1] if _is_body(s, field[1]) else None
    if (
        not s.is_any(i, "gửi", "nộp", "trình", "gởi", "chuyển")
        and not s.after(i, "báo cáo")
        and not s.after(i, "tham mưu")
        and not s.after(i, "cung cấp")
        and not s.after(i, "đăng ký")
    ):
        return None
    after = i + 1 if s.is_any(i, "gửi", "nộp", "trình", "gởi", "chuyển") else i + 2
    direct = s.skip(after, "cho", "về", "đến", "tới", "lên", "với", "giúp", ",", "trình", "báo", "cáo", "lại")
    if _is_body(s, direct):
        return direct
    if s.after(i, "tham mưu") or s.after(after, "của", plain=True):
        return None
    for j in range(after, min(after + _REACH, len(s))):
        if s.at(j).text in (".", ";", ":"):
            return None
        if s.at(j).low == "với" and j - after > _WITH:
            continue
        if s.is_any(j, *_TO) and _is_body(s, j + 1):
            return j + 1
    return None


def _is_body(s: Sentence, i: int) -> bool:
    return (
        body_at(s, i) is not None
        and not (s.at(i).low == "tổ" and s.at(i + 1).low == "chức")
        and s.at(i).low not in ("khoa", "cán", "cá")
    )


def via_of(s: Sentence, i: int, *, caseless: bool) -> tuple[int, int] | None:
    """“(qua Sở X)”, “thông qua Sở X” right behind the receiver."""
    j = s.skip(i, "(", ",", "thông")
    if not s.is_word(j, "qua") or body_at(s, j + 1) is None:
        return None
    return j + 1, name_end(s, j + 1, caseless=caseless)
