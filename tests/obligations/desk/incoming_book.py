"""A book of incoming documents such as a department's document system exports, with the noise that real ones have."""

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HEADER = ("STT", "Số đến", "Ngày đến", "Nơi gửi", "Số, ký hiệu", "Ngày VB", "Trích yếu")
CITING = (
    "Báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2026",
    "Báo cáo tình hình thực hiện Kế hoạch 197/KH-UBND ngày 26/12/2023 của UBND tỉnh",
    "BC kết quả triển khai KH số 197/KH-UBND (năm 2026)",
    "V/v báo cáo kết quả thực hiện Kế hoạch số 197 của UBND tỉnh",
)
SILENT = ("Báo cáo công tác năm 2026", "Báo cáo kết quả phát triển doanh nghiệp")
OTHERS = (
    ("Sở Tư pháp", "1204/STP-HCTP", "V/v góp ý dự thảo Quyết định quy định mức chi"),
    ("UBND xã Tân Hưng", "77/GM-UBND", "Giấy mời dự lễ khai giảng"),
    ("Bộ Kế hoạch và Đầu tư", "9912/BKHĐT-TH", "V/v báo cáo tình hình thực hiện Kế hoạch số 197/KH-UBND"),
    ("Công ty cổ phần An Phát", "12/CV-AP", "Đề nghị hỗ trợ vay vốn"),
    ("Sở Y tế", "455/BC-SYT", "Báo cáo công tác phòng, chống dịch bệnh tháng 10"),
    ("Sở Xây dựng", "88/KH-SXD", "Kế hoạch thực hiện Kế hoạch số 197/KH-UBND năm 2026"),
    ("Sở Công Thương", "301/BC-SCT", "Báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2025"),
    ("Văn phòng Chính phủ", "5566/VPCP-KTTH", "V/v điều hành giá"),
    ("Sở Nội vụ", "902/SNV-VP", "V/v xin gia hạn báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND"),
    ("Sở Y tế", "77/BC-SYT", "Báo cáo kết quả thực hiện Kế hoạch số 197-KH/TU của Tỉnh ủy năm 2026"),
)


@dataclass(frozen=True)
class Line:
    """One line of the book; ``answers`` names the agency whose report it is, None for a stranger."""

    cells: tuple[str, ...]
    answers: str | None
    cites: bool


def written(name: str, short: str, chance: random.Random) -> str:
    """A body's name as clerks type it."""
    forms = [name, short, name.upper(), f"{name}, tỉnh Hưng Yên", "  ".join(name.split())]
    if name.startswith("Ủy ban nhân dân "):
        place = name.removeprefix("Ủy ban nhân dân ")
        forms += [f"UBND {place}", f"UBND {place} tỉnh Hưng Yên", f"VP HĐND và UBND {place}", place.capitalize()]
    if "và" in name:
        forms.append(name.replace(" và ", " & ") if name.startswith("Sở") else name)
    return unicodedata.normalize(chance.choice(("NFC", "NFD")), chance.choice(forms))


def sign(name: str) -> str:
    """What stands behind the dash of its numbers."""
    if name.startswith("Ủy ban nhân dân"):
        return "UBND"
    return "".join(word[0].upper() for word in re.findall(r"\w+", name) if word.lower() != "và")


def book(agencies: Sequence[tuple[str, str, str]], count: int, seed: int) -> list[Line]:
    """``count`` reports of (code, name, short name), each once, and strangers among them."""
    chance = random.Random(seed)
    lines: list[Line] = []
    for code, name, short in chance.sample(list(agencies), count):
        cites = chance.random() < 0.9
        summary = chance.choice(CITING if cites else SILENT)
        number = f"{chance.randint(1, 900)}/BC-{sign(name)}"
        lines.append(Line(_cells(chance, written(name, short, chance), number, summary), code, cites))
    for author, number, summary in OTHERS:
        lines.append(Line(_cells(chance, author, number, summary), None, cites=False))
    chance.shuffle(lines)
    return [Line((str(n), *line.cells), line.answers, line.cites) for n, line in enumerate(lines, 1)]


def pasted(lines: Sequence[Line], header: Sequence[str] = HEADER) -> bytes:
    """As a sheet copies it."""
    return "\n".join("\t".join(cells) for cells in (header, *(line.cells for line in lines))).encode()


def _cells(chance: random.Random, author: str, number: str, summary: str) -> tuple[str, ...]:
    arrived = date(2026, 10, 5) + timedelta(days=chance.randint(0, 44))
    issued = arrived - timedelta(days=chance.randint(0, 4))
    form = chance.choice(("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y"))
    clock = chance.choice(("", " 08:15", " 14:02:11"))
    return (
        str(chance.randint(1000, 9999)),
        arrived.strftime(form) + clock,
        author,
        number,
        issued.strftime(form),
        summary,
    )
