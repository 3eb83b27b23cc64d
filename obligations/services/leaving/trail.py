"""The audit trail so that anybody can check it: what was hashed, the hashes, and a script that needs nothing but Python."""

import json
from collections.abc import Iterator
from datetime import UTC

from sqlmodel import Session

from obligations.services import audit

SCRIPT = '''"""Kiểm tra chuỗi mã của nhật ký thao tác: python3 kiem-tra.py nhat-ky.jsonl

Mỗi dòng là một mục. hash = SHA-256 của JSON [at, actor, action, subject, detail, previous_hash], khóa xếp theo thứ tự
chữ cái, giữ nguyên chữ tiếng Việt, mã UTF-8, dấu phân cách ", " và ": ". previous_hash là hash của mục trước; mục đầu là 64 số 0.
"""

import hashlib
import json
import sys

NAMES = ("at", "actor", "action", "subject", "detail", "previous_hash")
previous, count, wrong = "0" * 64, 0, 0
with open(sys.argv[1], encoding="utf-8") as trail:
    for line in trail:
        entry = json.loads(line)
        said = json.dumps([entry[name] for name in NAMES], sort_keys=True, ensure_ascii=False)
        if entry["previous_hash"] != previous:
            wrong += 1
            print(f"Mục {entry['seq']}: mục trước đã bị xóa hoặc sửa")
        if hashlib.sha256(said.encode()).hexdigest() != entry["hash"]:
            wrong += 1
            print(f"Mục {entry['seq']}: nội dung đã bị sửa")
        previous, count = entry["hash"], count + 1
print(f"{count} mục, {wrong} chỗ không khớp; mã của mục cuối: {previous}")
sys.exit(1 if wrong else 0)
'''


def trail_lines(session: Session) -> Iterator[bytes]:
    """Every entry in order, its fields exactly as they were hashed (``audit.digest``)."""
    for entry in audit.entries(session):
        said = {
            "seq": entry.seq,
            "at": entry.at.astimezone(UTC).isoformat(),
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
        }
        yield (json.dumps(said, ensure_ascii=False) + "\n").encode()
