"""Open a PDF that anybody may open but not change: the key of an empty password (ISO 32000-2, 7.6.4).

Programs that forbid changes encrypt the file under a password of the owner's; every reader opens it with none. What its
compressed objects and addresses say can then be read too. Where a password is asked for, nothing can, and the file is refused.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from portal.pdf_objects import dictionary, literal
from portal.upload_budget import Unchecked

Decrypt = Callable[[int, int, bytes], bytes]
"""Number and generation of an object, and the bytes of a string or stream of it, which may be cut off at their end.

Unchecked when the key is none for them.
"""
_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_BLANK = rb"[\x00\t\n\x0c\r ]"
ENCRYPT = re.compile(rb"/Encrypt" + _BLANK + rb"{1,64}(\d{1,10})" + _BLANK + rb"{1,64}\d{1,5}" + _BLANK + rb"{1,64}R")
_ID = re.compile(
    rb"/ID" + _BLANK + rb"{0,64}\[" + _BLANK + rb"{0,64}(?:<([0-9A-Fa-f]{0,256})>|\(((?:\\[\s\S]|[^\\)]){0,400})\))"
)
_LONGEST = 1 << 14
_AES_BLOCK, _ROUNDS = 16, 64
_OLD, _NEW = range(2, 5), range(5, 7)
"""Revisions of the standard way: with MD5, and with SHA-2."""


def empty_password(content: bytes) -> Decrypt | None:
    """How to read what is encrypted; None where a password is asked for, or the way is not the standard one."""
    numbers = {found[1] for found in ENCRYPT.finditer(content)}
    if len(numbers) != 1:
        return None
    starts = [
        f.end() for f in re.finditer(rb"(?<!\d)" + numbers.pop() + rb"[ \r\n]{1,9}\d{1,5}[ \r\n]{1,9}obj", content)
    ]
    name = _ID.search(content)
    if len(starts) != 1:
        return None
    try:
        told = dictionary(content[starts[0] : starts[0] + _LONGEST].partition(b"endobj")[0])
        return _standard(told, _bytes(b"<" + name[1] + b">" if name[1] is not None else name[2]) if name else b"")
    except (Unchecked, KeyError, ValueError, TypeError, IndexError):
        return None


def _standard(told: dict[bytes, Any], name: bytes) -> Decrypt | None:
    revision, version = int(told[b"/R"]), int(told[b"/V"])
    method = _method(told, version)
    if told[b"/Filter"] != b"/Standard" or method not in {b"/V2", b"/AESV2", b"/AESV3"}:
        return None
    key = _old_key(told, name, revision) if revision in _OLD else _new_key(told, revision) if revision in _NEW else None
    if key is None:
        return None
    return lambda number, generation, data: _undo(key, method, number, generation, data)


def _method(told: dict[bytes, Any], version: int) -> bytes:
    """One way for strings and streams."""
    if version in {1, 2}:
        return b"/V2"
    ways = {told[b"/CF"][told[at]][b"/CFM"] for at in (b"/StmF", b"/StrF")}
    return ways.pop() if len(ways) == 1 else b""


def _old_key(told: dict[bytes, Any], name: bytes, revision: int) -> bytes | None:
    """Algorithms 2, 4 and 5."""
    size = 5 if revision == 2 else 16 if b"/CF" in told else int(told.get(b"/Length", b"40")) // 8  # noqa: PLR2004 - bytes of the key
    rights = (int(told[b"/P"]) & 0xFFFFFFFF).to_bytes(4, "little")
    seed = _PAD + _bytes(told[b"/O"])[:32] + rights + name
    if revision >= 4 and told.get(b"/EncryptMetadata") == b"false":  # noqa: PLR2004 - as the standard counts
        seed += b"\xff\xff\xff\xff"
    key = hashlib.md5(seed, usedforsecurity=False).digest()
    user = _bytes(told[b"/U"])
    if revision == 2:  # noqa: PLR2004 - as the standard counts
        return key[:size] if _rc4(key[:size], _PAD) == user[:32] else None
    for _ in range(50):
        key = hashlib.md5(key[:size], usedforsecurity=False).digest()
    key = key[:size]
    proof = hashlib.md5(_PAD + name, usedforsecurity=False).digest()
    for turn in range(20):
        proof = _rc4(bytes(byte ^ turn for byte in key), proof)
    return key if proof == user[:16] else None


def _new_key(told: dict[bytes, Any], revision: int) -> bytes | None:
    """Algorithms 2.A and 2.B."""
    user = _bytes(told[b"/U"])
    if _hash(user[32:40], revision) != user[:32]:
        return None
    return _aes(_hash(user[40:48], revision), bytes(_AES_BLOCK), _bytes(told[b"/UE"])[:32])


def _hash(salt: bytes, revision: int) -> bytes:
    key = hashlib.sha256(salt).digest()
    turn = 0
    while revision > 5:  # noqa: PLR2004 - as the standard counts
        worker = Cipher(AES(key[:16]), CBC(key[16:32])).encryptor()
        mixed = worker.update(key * 64) + worker.finalize()
        key = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[sum(mixed[:16]) % 3](mixed).digest()
        turn += 1
        if turn >= _ROUNDS and mixed[-1] <= turn - 32:
            break
    return key[:32]


def _undo(key: bytes, method: bytes, number: int, generation: int, data: bytes) -> bytes:
    try:
        return _plain(key, method, number, generation, data)
    except ValueError as error:  # a key of a length that the way does not have
        raise Unchecked from error


def _plain(key: bytes, method: bytes, number: int, generation: int, data: bytes) -> bytes:
    if method != b"/AESV3":  # algorithm 1
        own = key + number.to_bytes(8, "little")[:3] + generation.to_bytes(8, "little")[:2]
        own += b"sAlT" if method == b"/AESV2" else b""
        key = hashlib.md5(own, usedforsecurity=False).digest()[: min(len(key) + 5, 16)]
    if method == b"/V2":
        return _rc4(key, data)
    data = data[: len(data) - len(data) % _AES_BLOCK]
    if len(data) < 2 * _AES_BLOCK:
        return b""
    plain = _aes(key, data[:_AES_BLOCK], data[_AES_BLOCK:])
    return plain[: -plain[-1]] if 1 <= plain[-1] <= _AES_BLOCK else plain


def _rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


def _aes(key: bytes, start: bytes, data: bytes) -> bytes:
    worker = Cipher(AES(key), CBC(start)).decryptor()
    return worker.update(data) + worker.finalize()


def _bytes(token: bytes) -> bytes:
    """A string as ``dictionary`` leaves it."""
    if re.fullmatch(rb"<[0-9A-Fa-f\s]*>", token):
        return bytes.fromhex(token[1:-1].decode("ascii"))
    return literal(token)
