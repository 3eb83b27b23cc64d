"""A text as typed tokens, and the one question asked of each: whether it is this word."""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from plans.phrase.normalise import canonical, clean, fold

_PHONE = r"(?<![\d/])(?=0(?:[.\-]?\d){8,11}(?![.\-]?\d))0\d{1,4}(?:[.\-]\d{1,4}){2,4}(?![\d/])"
"""A telephone number cut by dots or dashes, at least nine digits long: "0912.30.11.24"."""
_TOKEN = re.compile(
    rf"(?P<phone>{_PHONE})"
    r"|(?P<code>[0-9]+[a-zA-Z]?(?:/[0-9]{4})?[-/](?=[A-ZĐa-z]{2,}[0-9]*[-/]|[A-ZĐ]{2,}\b)[A-ZĐa-zđƯ][\w&./-]*[\w])"
    r"|(?P<num>[0-9]+)|(?P<word>[^\W\d_]+)|(?P<mark>\S)"
)
_BARE_SHARE = 0.12
"""Below this share of words with diacritics a text counts as written without them (Vietnamese prose has about 0.7)."""

_REAL_WORDS: dict[str, frozenset[str]] = {
    fold(words.split()[0]): frozenset(words.split())
    for words in (
        "ngày ngay ngây ngáy",
        "năm nam nằm nắm nám nạm",
        "quý quy quỹ quỷ quỳ quị",
        "tháng thắng thẳng thăng",
        "tuần tuân tuấn tuẫn",
        "thứ thu thư thú thủ thụ",
        "trước trược",
        "cuối cưới cười cưỡi cuội",
        "đầu dầu dâu đấu đậu đâu dấu đau dậu",
        "sau sáu sâu sấu sậu",
        "mười mươi muối muỗi muội",
        "hai hải hại hài hái",
        "ba bà bá bả bạ",
        "bảy bay bày bẩy bầy bậy",
        "tám tam tạm tâm tầm tấm tằm tắm",
        "tư từ tự tử tứ tu tụ",
        "một mốt mót",
        "nhất nhật nhạt",
        "hạn hán hàn hận hãn hẳn hân",
        "đến đen đèn đền",
        "quá qua quà quả quạ",
        "không khống",
        "chậm chạm chấm châm chăm",
        "muộn muốn mượn mướn muôn",
        "trong trọng trồng trống trông",
        "là lá la lạ lả lã",
        "mỗi mới mọi mời môi mồi moi mối",
        "hằng hàng hạng hang háng hãng",
        "kỳ ký kỹ kỵ kỷ",
        "định đình đỉnh đính dính dinh",
        "thời thôi thổi thối thoi thỏi",
        "cứu cửu cưu cừu",
        "giờ giơ giở giỡ",
        "lần lan lân lấn lăn lặn",
        "bốn bổn bón bộn bồn",
        "sự sứ sử sư",
        "do đỏ đó đò độ đồ đo",
        "báo bảo bào bão",
        "tối tới tôi tỏi",
        "kể kẻ kẽ kê kế kề",
        "từng tung tùng túng",
        "vào vao",
        "lúc lục",
        "hết hét",
        "nay này nảy nẩy",
        "giữa giua",
        "tết tét",
        "chủ chú chu chứ chữ",
        "rằm răm rám",
    )
}
"""Words of the calendar and, after each, the other real words that look the same without diacritics."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token. ``low`` is its canonical lower case, ``bare`` that without diacritics; offsets are in the clean text."""

    kind: Literal["code", "num", "word", "mark"]
    text: str
    low: str
    bare: str
    start: int
    end: int


_LONGEST_RUN = 8
_NOTHING = Token("mark", "", "", "", 0, 0)


@dataclass(frozen=True)
class Sentence:
    """Clean text and its tokens. Positions are token numbers; out of range reads as an empty token."""

    text: str
    tokens: list[Token] = field(repr=False)

    @classmethod
    def read(cls, text: str) -> "Sentence":
        """Normalise and cut; time and space linear in the text."""
        plain = clean(text)
        return cls(plain, [_token(found) for found in _TOKEN.finditer(plain)])

    @cached_property
    def without_marks(self) -> bool:
        """Whether the text was written without diacritics."""
        words = [t for t in self.tokens if t.kind == "word"]
        return sum(t.low != t.bare for t in words) < _BARE_SHARE * len(words)

    def __len__(self) -> int:
        return len(self.tokens)

    def at(self, i: int) -> Token:
        """The token at a position."""
        return self.tokens[i] if 0 <= i < len(self.tokens) else _NOTHING

    def number(self, i: int) -> int | None:
        """The value of a printed number of at most four digits."""
        token = self.at(i)
        return int(token.text) if token.kind == "num" and len(token.text) <= len("2024") else None

    def is_word(self, i: int, word: str) -> bool:
        """Whether the token is this word: as written, or with lost or misread diacritics and no other sense."""
        token = self.tokens[i] if 0 <= i < len(self.tokens) else _NOTHING
        if token.low == word:
            return True
        if token.kind != "word" or token.bare != fold(word):
            return False
        if token.low == token.bare:
            return self.without_marks or token.low not in _REAL_WORDS.get(token.bare, ())
        return token.low not in _REAL_WORDS.get(token.bare, ()) and word != token.bare

    def is_plain(self, i: int, word: str) -> bool:
        """Whether the token is this word as written; diacritics may lack only where the whole text lacks them."""
        token = self.at(i)
        return token.low == word or (self.without_marks and token.bare == fold(word))

    def is_any(self, i: int, *words: str) -> bool:
        """Whether the token is one of these words."""
        return any(self.is_word(i, word) for word in words)

    def is_one(self, i: int, *words: str) -> bool:
        """Whether the token is one of these words as written."""
        return any(self.is_plain(i, word) for word in words)

    def after(self, i: int, phrase: str, *, plain: bool = False) -> int | None:
        """The position behind a phrase that starts here, or None; ``plain`` allows for no misread letter."""
        words = _words(phrase)
        return i + len(words) if self.spells(i, words, plain=plain) else None

    def spells(self, i: int, words: tuple[str, ...], *, plain: bool = False) -> bool:
        """Whether these words stand here one after the other."""
        same = self.is_plain if plain else self.is_word
        return all(same(i + n, word) for n, word in enumerate(words))

    def skip(self, i: int, *words: str) -> int:
        """The position behind a run of these words, at most eight of them."""
        for _ in range(_LONGEST_RUN):
            if not self.is_any(i, *words):
                break
            i += 1
        return i

    def skip_back(self, i: int) -> int:
        """The position behind the last word before ``i``: gives back separators that led nowhere."""
        while i > 0 and self.tokens[i - 1].kind == "mark":
            i -= 1
        return i

    def glued(self, i: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return i + 1 < len(self.tokens) and self.tokens[i].end == self.tokens[i + 1].start

    def part(self, i: int, j: int) -> str:
        """The printed text from token ``i`` up to ``j`` (not included)."""
        if i >= j or i >= len(self.tokens):
            return ""
        return self.text[self.tokens[i].start : self.tokens[min(j, len(self.tokens)) - 1].end]


@lru_cache(maxsize=4096)
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


def _token(found: re.Match[str]) -> Token:
    text = found[0]
    group = "code" if found.lastgroup == "phone" else found.lastgroup
    kind: Literal["code", "num", "word", "mark"] = group  # type: ignore[assignment]
    low = canonical(text) if kind == "word" else text
    return Token(kind, text, low, fold(low) if kind == "word" else text, found.start(), found.end())
