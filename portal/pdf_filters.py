"""Undo the filters of a PDF stream (ISO 32000-2, 7.4), within a budget."""

import re
import zlib
from collections.abc import Callable

from portal.upload_budget import Budget, Unchecked

STEP = 1 << 16
_BLANK = re.compile(rb"[\x00\t\n\x0c\r ]+")
_LZW_CLEAR, _LZW_END, _LZW_FIRST, _LZW_WIDEST = 256, 257, 258, 12
_RUN_END = 128


def inflate(data: bytes, budget: Budget) -> bytes:
    """Step by step, so that a stream that breaks at its end has been paid for."""
    worker, out = zlib.decompressobj(), []
    for start in range(0, len(data), STEP):
        piece = data[start : start + STEP]
        while piece and not worker.eof:
            try:
                out.append(worker.decompress(piece, 1 << 20))
            except zlib.error as error:
                budget.charge(STEP)
                raise Unchecked from error
            budget.charge(len(out[-1]) + 64)
            piece = worker.unconsumed_tail
    if not worker.eof:
        raise Unchecked
    return b"".join(out)


def _hex(data: bytes, budget: Budget) -> bytes:
    digits = _BLANK.sub(b"", data.partition(b">")[0])
    budget.charge(len(digits))
    try:
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    except ValueError as error:
        raise Unchecked from error


def _ascii85(data: bytes, budget: Budget) -> bytes:
    """By hand: base64.a85decode refuses what readers of PDF take, and slowly."""
    digits = _BLANK.sub(b"", data.partition(b"~")[0]).removeprefix(b"<~")
    out, group = bytearray(), 0
    value = 0
    for count, digit in enumerate(digits):
        if count % STEP == 0:
            budget.charge(STEP)
        if digit == ord("z") and not group:
            out += b"\0\0\0\0"
            continue
        if not ord("!") <= digit <= ord("u"):
            raise Unchecked
        value, group = value * 85 + digit - 33, group + 1
        if group == 5:  # noqa: PLR2004 - five digits make four bytes
            out += (value & 0xFFFFFFFF).to_bytes(4, "big")
            value = group = 0
    if group > 1:
        value = value * 85 ** (5 - group) + 85 ** (5 - group) - 1
        out += (value & 0xFFFFFFFF).to_bytes(4, "big")[: group - 1]
    return bytes(out)


def _run_length(data: bytes, budget: Budget) -> bytes:
    out, at = bytearray(), 0
    while at < len(data) and data[at] != _RUN_END:
        length = data[at]
        budget.charge(128)
        if length < _RUN_END:
            out += data[at + 1 : at + 2 + length]
            at += 2 + length
        else:
            out += data[at + 1 : at + 2] * (257 - length)
            at += 2
    return bytes(out)


def _lzw(data: bytes, budget: Budget) -> bytes:
    """With EarlyChange 1, the rule of PDF; another value is refused before."""
    singles = [bytes([n]) for n in range(256)] + [b"", b""]
    table, out = list(singles), bytearray()
    width, bits, held, last = 9, 0, 0, b""
    for byte in data:
        held, bits = (held << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & ((1 << width) - 1)
        if code == _LZW_END:
            break
        if code == _LZW_CLEAR:
            table, width, last = list(singles), 9, b""
            budget.charge(1024)
            continue
        entry = table[code] if code < len(table) else last + last[:1]
        if not entry or code > len(table):
            raise Unchecked
        budget.charge(len(entry) + 8)
        out += entry
        if last:
            table.append(last + entry[:1])
        last = entry
        width = min(max((len(table) + 1).bit_length(), 9), _LZW_WIDEST)
    return bytes(out)


FILTERS: dict[bytes, Callable[[bytes, Budget], bytes]] = {
    b"/FlateDecode": inflate, b"/Fl": inflate, b"/ASCIIHexDecode": _hex, b"/AHx": _hex, b"/ASCII85Decode": _ascii85,
    b"/A85": _ascii85, b"/RunLengthDecode": _run_length, b"/RL": _run_length, b"/LZWDecode": _lzw, b"/LZW": _lzw,
}  # fmt: skip
MOST_FILTERS = 4


def decode(data: bytes, filters: list[bytes], budget: Budget) -> bytes:
    """The content of the stream; Unchecked for a filter that is not known, or data that do not fit theirs."""
    if len(filters) > MOST_FILTERS:
        raise Unchecked
    for name in filters:
        if name not in FILTERS:
            raise Unchecked
        data = FILTERS[name](data, budget)
    return data
