"""Rows of a file of contacts: headings and words in either language, addresses as channels want them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.enums import Audience
from obligations.rules.contact_words import HEADINGS, ONE_ADDRESS, PERSONAL_DATA, Problem

COLUMNS = ("agency", "audience", "channel", "address", "label", "purpose", "source")
OTHER_HEADINGS = {
    "agency": ("mã cơ quan", "mã", "code", "đơn vị"),
    "audience": ("vai trò", "người nhận"),
    "channel": ("kênh gửi",),
    "address": ("email", "thư điện tử", "địa chỉ nhận"),
    "label": ("tên", "tên đầu mối", "ghi chú"),
    "purpose": ("mục đích sử dụng",),
    "source": ("nguồn dữ liệu", "căn cứ"),
}
AUDIENCES = {
    "clerk": Audience.clerk, "văn thư": Audience.clerk, "đầu mối": Audience.clerk, "chuyên viên": Audience.clerk,
    "văn thư, đầu mối": Audience.clerk, "leader": Audience.leader, "lãnh đạo": Audience.leader,
}  # fmt: skip
CHANNELS = {
    "email": "email", "e-mail": "email", "thư điện tử": "email", "thư": "email", "phone": "phone",
    "điện thoại": "phone", "zns": "zns", "zalo": "zns", "zalooa": "zalooa", "zalo oa": "zalooa",
    "zalogroup": "zalogroup", "nhóm zalo": "zalogroup", "zalobot": "zalobot", "esms": "esms", "sms": "esms",
    "tin nhắn": "esms", "webhook": "webhook",
}  # fmt: skip
MOBILE, ANY_PHONE = ("zns", "esms"), ("phone",)
LONGEST = {"address": 320, "label": 200, "purpose": 300, "source": 300}
FREE_MAIL = ("gmail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "icloud.com", "live.com")
_MAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"0[1-9]\d{8,9}")
_MOBILE = re.compile(r"0[35789]\d{8}")
_SHORT = 9
"""Digits of a number whose leading 0 a spreadsheet dropped; a landline has ten."""


@dataclass(frozen=True)
class ContactRow:
    """One address as a file gives it. ``line`` counts from 1."""

    line: int
    agency: str
    audience: Audience
    channel: str
    address: str
    label: str
    purpose: str
    source: str


def columns_of(header: Sequence[str]) -> tuple[dict[str, int], list[Problem]]:
    """Place of each column, by its name in either language; what is missing or stands twice."""
    names = {name: name for name in COLUMNS} | {said.casefold(): name for name, said in HEADINGS.items()}
    names |= {said: name for name, several in OTHER_HEADINGS.items() for said in several}
    found: dict[str, int] = {}
    problems = []
    for place, said in enumerate(header):
        name = names.get(said.casefold().strip(" *"))
        if name in found:
            problems.append(Problem(1, "twice_column", column=said))
        elif name:
            found[name] = place
    if missing := [name for name in COLUMNS if name not in found and name != "label"]:
        wanted = (",".join(COLUMNS), ", ".join(HEADINGS.values()))
        problems.append(Problem(1, "missing_columns", value=", ".join(missing), hint=wanted))
    return found, problems


def read_row(line: int, given: dict[str, str]) -> tuple[ContactRow | None, list[Problem]]:
    """The row, or everything that is wrong with it. ``given``: text by column name."""
    problems = [Problem(line, "formula", c, v) for c, v in given.items() if v.startswith("=")]
    audience = AUDIENCES.get(given["audience"].casefold())
    channel = CHANNELS.get(given["channel"].casefold())
    if given["audience"] and audience is None:
        problems.append(Problem(line, "unknown_audience", value=given["audience"]))
    if given["channel"] and channel is None:
        known = ", ".join(sorted(set(CHANNELS.values())))
        problems.append(Problem(line, "unknown_channel", value=given["channel"], hint=(known, known)))
    for column in COLUMNS:
        if not given[column] and column != "label":
            hint = PERSONAL_DATA if column in ("purpose", "source") else ("", "")
            problems.append(Problem(line, "missing", column, hint=hint))
        elif len(given[column]) > LONGEST.get(column, 120):
            most = str(LONGEST.get(column, 120))
            problems.append(Problem(line, "long", column, hint=(most, most)))
    address, wrong = address_for(channel or "", given["address"])
    if wrong and given["address"]:
        hint = ONE_ADDRESS if wrong == "email" and given["address"].count("@") > 1 else ("", "")
        problems.append(Problem(line, wrong, value=given["address"], hint=hint))
    if problems or audience is None or channel is None:
        return None, problems
    rest = (given["label"], given["purpose"], given["source"])
    return ContactRow(line, given["agency"], audience, channel, address, *rest), []


def address_for(channel: str, given: str) -> tuple[str, str | None]:
    """The address as it is kept, and the code of what is wrong with it; None when nothing is."""
    if channel == "email":
        name, _, host = given.rpartition("@")
        kept = f"{name}@{host.lower()}"
        return kept, None if _MAIL.fullmatch(given) and ".." not in given else "email"
    if channel in MOBILE:
        number = national(given)
        return number, None if _MOBILE.fullmatch(number) else "mobile"
    if channel in ANY_PHONE:
        number = national(given)
        return number, None if _NUMBER.fullmatch(number) else "phone"
    return given, None


def national(given: str) -> str:
    """``+84 912 345 678``, ``84912345678``, ``912345678.0`` -> ``0912345678``."""
    digits = re.sub(r"[\s().-]", "", given.removesuffix(".0"))
    if digits.startswith("+84"):
        return "0" + digits[3:]
    if digits.startswith("84") and len(digits) > _SHORT + 1:
        return "0" + digits[2:]
    return "0" + digits if len(digits) >= _SHORT and digits[:1] not in ("0", "+") else digits


def looks_personal(channel: str, address: str) -> bool:
    """Whether a mailbox is with a free provider, so that it goes with the person."""
    return channel == "email" and address.rpartition("@")[2].lower() in FREE_MAIL
