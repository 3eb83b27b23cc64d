"""Addresses shown so that their owner knows them and nobody else learns them (Luật 91/2025 on personal data)."""

import re

HIDDEN = "…"
_MAIL = re.compile(r"[^\s<>@,;:()\"']+@[^\s<>@,;:()\"']+")
_NUMBER = re.compile(r"\+?\d(?:[\s.-]?\d){7,14}")
_SHORTEST = 5


def masked(address: str) -> str:
    """``vanthu.stp@tinh.gov.vn`` -> ``v…@tinh.gov.vn``; a number or an id keeps its ends."""
    address = address.strip()
    name, at, host = address.rpartition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{host}"
    if len(address) < _SHORTEST:
        return HIDDEN if address else ""
    return f"{address[:2]}{HIDDEN}{address[-2:]}"


def masked_text(text: str) -> str:
    """A server's answer with every mail address and telephone number in it masked."""
    return _NUMBER.sub(lambda found: masked(found[0]), _MAIL.sub(lambda found: masked(found[0]), text))
