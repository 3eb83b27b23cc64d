"""The code a person types on the office computer in place of a link received on a telephone (S8).

A keyed permutation of the message's number: nothing is stored, no code can be counted up to from another, and a guess
meets a living message once in some ten million tries. The page that takes codes limits how often one may try.
"""

import hmac
from datetime import timedelta

from models.tables import Message
from obligations.errors import NotFound, Refused
from obligations.services.context import Context
from obligations.services.links import personal_token
from obligations.settings import Settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L."""
LENGTH, HALF, ROUNDS = 8, 19, 6
CHECK_BITS = 14
_MASK = (1 << HALF) - 1
LARGEST = 1 << (2 * HALF - CHECK_BITS)


def short_code(settings: Settings, message_id: int) -> str:
    """``K7MF-2QXR``; empty for a message that has no number yet, or one too large to carry."""
    if not 0 < message_id < LARGEST:
        return ""
    number = _permuted(settings.key, message_id << CHECK_BITS, forward=True)
    letters = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return f"{letters[:4]}-{letters[4:]}"


def message_number(settings: Settings, typed: str) -> int | None:
    """The message a code stands for, however it was typed; None when it is no code of this installation."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    if len(letters) != LENGTH or any(c not in ALPHABET for c in letters):
        return None
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    if number >> (2 * HALF):
        return None
    plain = _permuted(settings.key, number, forward=False)
    return plain >> CHECK_BITS if plain & ((1 << CHECK_BITS) - 1) == 0 else None


def exchange_code(ctx: Context, typed: str) -> str:
    """The token of the personal link a code stands for. NotFound for no code, Refused once its days are over."""
    number = message_number(ctx.settings, typed)
    message = ctx.session.get(Message, number) if number else None
    if message is None:
        raise NotFound("no such code")
    went = message.finished_at or max(message.planned_at, message.next_at)
    if ctx.as_of > went + timedelta(days=ctx.settings.code_days):
        raise Refused("Mã đã hết hạn. Đề nghị dùng mã trong thông báo mới nhất, hoặc mở đường dẫn riêng.")
    return personal_token(ctx.settings, message.public_id)


def _permuted(key: bytes, number: int, *, forward: bool) -> int:
    """A Feistel network over two halves of 19 bits: a keyed permutation of 38-bit numbers."""
    left, right = number >> HALF, number & _MASK
    for turn in range(ROUNDS) if forward else reversed(range(ROUNDS)):
        if forward:
            left, right = right, left ^ _round(key, turn, right)
        else:
            left, right = right ^ _round(key, turn, left), left
    return (left << HALF) | right


def _round(key: bytes, turn: int, half: int) -> int:
    digest = hmac.digest(key, b"code:" + bytes([turn]) + half.to_bytes(4, "big"), "sha256")
    return int.from_bytes(digest[:4], "big") & _MASK
