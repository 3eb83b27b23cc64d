"""Names of bodies as registers write them: with abbreviations, without marks, with the province behind them."""

import re
import unicodedata
from collections.abc import Iterable

SAID = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc",
    "vp": "van phong",
    "bql": "ban quan ly",
    "kcn": "khu cong nghiep",
    "ldld": "lien doan lao dong",
    "lhpn": "lien hiep phu nu",
    "ccb": "cuu chien binh",
    "dtncs": "doan thanh nien cong san",
    "dn": "doanh nghiep",
    "tt": "thi tran",
    "tx": "thi xa",
    "tp": "thanh pho",
    "vn": "viet nam",
}
"""Short words of registers, marks removed, and what they stand for; none of them is a word of its own."""

_PROVINCE = re.compile(r"^(?P<rest>\w+ .+?) tinh(?: \w+){1,3}$")
_NOBODY = ("uy ban nhan dan", "hoi dong nhan dan")
_COMMITTEE = re.compile(
    r"^(?:van phong )?(?:hoi dong nhan dan )?uy ban nhan dan (?P<place>(?:xa|phuong|thi tran|dac khu) .+)$"
)
_COMMUNE = re.compile(r"^(?:xa|phuong|thi tran|dac khu) .+$")
_SKIPPED = ("va", "cac", "cua")


def plain(text: str) -> str:
    """Small letters and digits without marks, single spaces: ``Sở Tư pháp`` and ``so tu phap`` are the same."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(kept.split())


def canonical(name: str) -> str:
    """A name in plain words, its abbreviations written out; "và" and "&" are the same as nothing."""
    return " ".join(SAID.get(word, word) for word in plain(name).split() if word != "va")


def variants(name: str) -> list[str]:
    """Canonical forms under which one body may be written, the fullest first, each once."""
    full = canonical(name)
    forms = [full]
    if inside := _PROVINCE.match(full):
        forms += [form for form in (inside["rest"], f"{inside['rest']} tinh") if form not in _NOBODY]
    found = []
    for form in forms:
        found.append(form)
        if committee := _COMMITTEE.match(form):
            found += [f"uy ban nhan dan {committee['place']}", committee["place"]]
        elif _COMMUNE.match(form):
            found.append(f"uy ban nhan dan {form}")
    return list(dict.fromkeys(found))


def initials(names: Iterable[str]) -> set[str]:
    """How a body signs its documents: ``Sở Nông nghiệp và Môi trường`` -> ``snnmt``, ``Sở NN&MT`` -> ``snnmt``."""
    found = set()
    for name in names:
        words = plain(name).split()
        letters = "".join(w if _is_short(w, name) else w[0] for w in words if w not in _SKIPPED)
        if len(letters) > 1:
            found.add(letters)
    return found


def _is_short(word: str, name: str) -> bool:
    """Whether a word stands in the name in capitals, as abbreviations do."""
    return any(plain(part) == word and part.isupper() and len(part) > 1 for part in re.split(r"[^\w]+", name))
