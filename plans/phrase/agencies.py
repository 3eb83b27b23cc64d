"""Where the name of a body begins and ends in running text."""

from plans.phrase.agency_words import ENDS, HEADS, NOT_HEADS, VERBS
from plans.phrase.sentence import Sentence

QUANTIFIERS = ("các", "những", "tất", "toàn", "mỗi", "từng", "cả", "thể", "bộ")
_LEVELS = (
    "xã",
    "huyện",
    "tỉnh",
    "trung",
    "thành",
    "trên",
    "dưới",
    "có",
    "quận",
    "phường",
    "bộ",
    "ủy",
    "cơ",
    "mình",
    "học",
    "vụ",
)
_LONGEST = 60


def shouts(s: Sentence) -> bool:
    """Whether the text carries no case to go by: all capitals or all small letters."""
    letters = [c for t in s.tokens[:400] if t.kind == "word" for c in t.text]
    upper = sum(c.isupper() for c in letters)
    return upper == 0 or upper > 0.7 * len(letters)


def body_at(s: Sentence, i: int) -> int | None:
    """The position behind the head of a body's name ("các sở", "UBND", "Sở") that starts here."""
    j = i
    for word in QUANTIFIERS[:-1]:
        if s.at(j).low == word:
            j = s.skip(j + 1, "cả", "các", "thể", "những", *(("bộ",) if word == "toàn" else ()))
            break
    if NOT_HEADS.at(s, j) is not None:
        return None
    head = HEADS.at(s, j)
    if head is None:
        return j + 1 if j > i and s.at(j).low == "cấp" and s.at(j + 1).text == "," else None
    organise = s.at(j).low == "tổ" and s.at(j + 1).low == "chức" and head[1] == j + 2
    return None if organise and j == i and s.at(i).text[:1].islower() else head[1]


def verb_at(s: Sentence, i: int, *, caseless: bool) -> int | None:
    """The position behind a predicate; a capital inside a sentence belongs to a name ("Sở Xây dựng")."""
    if not caseless and s.at(i).text[:1].isupper():
        return None
    found = VERBS.at(s, i)
    return None if found is None else found[1]


def subject_end(s: Sentence, i: int, *, caseless: bool) -> int | None:
    """Where the subject that starts here meets its verb; None when no verb follows."""
    start = body_at(s, i) or i + 1
    for j in range(start, min(i + _LONGEST, len(s))):
        text = s.at(j).text
        if text in (".", ":") and s.at(j).kind == "mark":
            return None
        if verb_at(s, j, caseless=caseless) is not None and not _within_name(s, j, caseless=caseless):
            return j
    return None


_COMPOUNDS: dict[str, tuple[str, ...]] = {
    "tư": ("xây",), "đồng": ("thẩm", "cấp", "quản"), "nghệ": ("thông",), "các": ("tổ", "cấp"), "những": ("tổ",), "phân": ("cấp",),
    "cao": ("cấp",), "cùng": ("cấp",), "toàn": ("giao",), "đoàn": ("kiểm", "thanh", "giám"), "tiếp": ("kiểm", "thanh", "giám"), "tượng": ("kiểm", "thanh", "giám"),
}  # fmt: skip
"""A word and the first words of "verbs" that only end its compound: "đầu tư xây dựng", "Công nghệ thông tin"."""
_OF_OFFICES = ("chủ", "phối", "quản", "kiểm", "thực", "đăng", "lấy", "ban", "soạn", "thẩm", "thanh", "tham")
_OF_DEPARTMENTS = ("xây", "tổ", "chỉ", "kế", "thông", "quản", "giao")


def _within_name(s: Sentence, j: int, *, caseless: bool) -> bool:
    """“sở xây dựng”, “ban tổ chức”, “đơn vị được giao chủ trì”: the verb is part of the name."""
    before, low = s.at(j - 1), s.at(j).low
    capital = VERBS.at(s, j - 1) if before.text[:1].isupper() and not caseless else None
    if capital is not None and capital[1] > j:  # "Văn phòng Đăng ký"
        return True
    if before.low == "được" or low in _COMPOUNDS.get(before.low, ()) or (low == "cấp" and s.at(j + 1).low in _LEVELS):
        return True
    if before.low in ("giao", "công") and s.at(j - 2).low in ("được", "phân"):
        return True
    if before.low in ("quan", "vị") and low in _OF_OFFICES:
        return verb_at(s, j + 2, caseless=caseless) is not None
    return caseless and before.low in ("sở", "bộ", "ban", "phòng", "ngành", "chi") and low in _OF_DEPARTMENTS


def name_end(s: Sentence, i: int, *, caseless: bool) -> int:
    """Where the name of a receiver that starts here ends."""
    j = body_at(s, i) or i + 1
    limit = min(i + 30, len(s))
    while j < limit:
        token = s.at(j)
        if token.kind == "mark" and token.text not in ("-", "&", "/"):
            if not (token.text == "," and _goes_on(s, j, caseless=caseless)):
                break
        elif (
            (token.low == "và" and not _goes_on(s, j, caseless=caseless))
            or (token.kind == "num" and s.is_one(j + 1, "lần", "ngày", "bản", "bộ", "kỳ"))
            or (token.kind == "word" and _ends_name(s, j, caseless=caseless))
        ):
            break
        j += 1
    return s.skip_back(j)


def _ends_name(s: Sentence, j: int, *, caseless: bool) -> bool:
    if not caseless and s.at(j).text[:1].isupper():
        return False
    if _within_name(s, j, caseless=caseless) or (s.at(j).low == "tại" and s.at(j - 1).low == "sở"):
        return False
    return ENDS.at(s, j) is not None or verb_at(s, j, caseless=caseless) is not None


def _goes_on(s: Sentence, j: int, *, caseless: bool) -> bool:
    """After "," or "và": "Sở Văn hóa, Thể thao và Du lịch" goes on, "Sở Tài chính, báo cáo" does not."""
    following = s.at(j + 1)
    if following.kind != "word" or verb_at(s, j + 1, caseless=caseless) is not None:
        return False
    if caseless:
        return s.at(j).low == "và" and body_at(s, j + 1) is None
    if following.text[:1].isupper():
        return body_at(s, j + 1) is None or s.at(j).low == "và"
    lowers = ("ngành", "thành", "thị", "phường", "xã", "huyện", "quận", "địa", "cơ", "đơn", "ban", "tổ", "cá", "các")
    return following.low in lowers and (body_at(s, j + 1) is not None)
