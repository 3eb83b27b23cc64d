"""Small plans and registries as text and as models."""

from pathlib import Path
from typing import Any

from plans.registry import RegistryFile
from plans.schema import PlanFile

PLAN = """\
slug: ke-hoach-mau
number: 1/KH-UBND
title: Kế hoạch mẫu
citation: Kế hoạch số 1/KH-UBND
issued_on: 2024-01-10
issuer: UBND tỉnh
obligations:
  - code: bao-cao
    title: Báo cáo hằng năm
    kind: periodic
    clauses: [V.b1]
    assigned_to: [cac-so]
    receiver: tong-hop
    deadline:
      freq: yearly
      op: before
      month: 11
      day: 1
      from_year: 2024
      phrase: trước ngày 01/11 hàng năm
      basis: plan
outline:
  - {id: III.1.b1, title: Tuyên truyền, clauses: [III.1.b1]}
"""

REGISTRY = """\
slug: tinh-mau
agencies:
  - {code: so-a, name: Sở A, short_name: A, kind: government, level: province, valid_from: 2020-01-01, valid_to: 2024-12-31, confidence: H, source: mẫu}
  - {code: so-b, name: Sở B, short_name: B, kind: government, level: province, valid_from: 2025-01-01, confidence: H, source: mẫu}
successions:
  - {from: [so-a], to: [so-b], on: 2025-01-01, kind: rename, confidence: H}
groups:
  - {code: cac-so, name: Các sở, select: {kind: government, level: province}}
roles:
  - code: tong-hop
    name: Cơ quan tổng hợp
    holders:
      - {agency: so-a, from: 2020-01-01, to: 2024-12-31}
      - {agency: so-b, from: 2025-01-01}
"""


def write(folder: Path, text: str, name: str = "plan.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def plan_with(policy: dict[str, Any] | None = None, **obligation: Any) -> PlanFile:
    """A plan issued on 10/01/2024 with one obligation."""
    spec = {"code": "viec", "title": "Việc", "kind": "periodic", "clauses": ["V.b1"], "assigned_to": [], **obligation}
    head = {
        "slug": "mau",
        "number": "1",
        "title": "Mẫu",
        "citation": "KH 1",
        "issued_on": "2024-01-10",
        "issuer": "UBND",
    }
    return PlanFile.model_validate({**head, "policy": policy or {}, "obligations": [spec]})


def yearly(month: int, day: int, op: str = "before", **more: Any) -> dict[str, Any]:
    base = {
        "freq": "yearly",
        "op": op,
        "month": month,
        "day": day,
        "from_year": 2024,
        "phrase": "hằng năm",
        "basis": "plan",
    }
    return {**base, **more}


def registry_of(**parts: Any) -> RegistryFile:
    return RegistryFile.model_validate({"slug": "mau", **parts})
