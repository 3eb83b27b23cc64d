"""ZNS templates: within Zalo's limits, in the notices' own words, and filled by values that fit."""

import re
from dataclasses import asdict, fields, replace

import pytest

from notifications.zns_limits import PARAGRAPH, problems_of
from notifications.zns_params import UNKNOWN, zns_message
from notifications.zns_templates import (
    LONGEST,
    SITUATIONS,
    TEMPLATE_OF,
    VALUE,
    Parameters,
    zns_templates,
    zns_text,
)
from tests.notifications.make_golden import ZNS, golden_zns
from tests.notifications.samples import ADDRESSEES, notice

TEMPLATES = zns_templates("0221 3 863 000", "https://baocao.hungyen.example")


def test_golden_page_is_what_the_templates_make() -> None:
    assert ZNS.read_text(encoding="utf-8") == golden_zns(), "python -m tests.notifications.make_golden, then read it"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_zalo_would_accept(template) -> None:
    assert problems_of(template) == []
    assert {p.name for p in template.parameters} == {f.name for f in fields(Parameters)}
    whole = " ".join((template.title, *template.paragraphs, *(v for _l, v in template.table)))
    assert not re.search(r"[!\U0001F300-\U0001FAFF]", whole)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": "Ngắn"}, "4 characters"),
        ({"title": "Nhắc <a> <b> <c> <d> <e>"}, "more than 4 parameters"),
        ({"paragraphs": ()}, "0 paragraphs"),
        ({"paragraphs": ("x" * 401,)}, "401 characters"),
        ({"paragraphs": ("<agency>" * 7,)}, "420 characters when filled"),
        ({"paragraphs": ("<code>" * 11,)}, "more than 10 parameters"),
        ({"table": (("Nội dung", "<thing>"),)}, "1 rows"),
        ({"table": (("Nội dung", "<thing> và <unit>"), ("Mã", "<code>"))}, "longer than 90"),
        ({"buttons": TEMPLATES[0].buttons * 2}, "4 buttons"),
        ({"parameters": (replace(TEMPLATES[0].parameters[0], name="cơ_quan"),)}, "ASCII letters"),
    ],
)
def test_every_limit_is_checked(change, problem) -> None:
    assert any(problem in found for found in problems_of(replace(TEMPLATES[0], **change)))


@pytest.mark.parametrize("addressee", [name for name in ADDRESSEES if "leader" not in name and "itself" not in name])
@pytest.mark.parametrize("kind", TEMPLATE_OF)
def test_a_notice_fills_its_template(kind, addressee) -> None:
    sent = zns_message(kind, notice(kind, addressee, code="K7MF-2QXR"))
    assert sent is not None
    assert sent.template == TEMPLATE_OF[kind]
    assert all(0 < len(value) <= LONGEST[name] for name, value in sent.params.items())
    _title, paragraphs, table = zns_text(sent.template, Parameters(**sent.params))
    assert all(len(text) <= PARAGRAPH for text in paragraphs)
    assert all(0 < len(value) <= VALUE for _label, value in table)
    if "requested" in addressee or addressee == "association":
        assert "quá hạn" not in " ".join(sent.params.values())


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"owed": False}, "2026-000123; không phải báo cáo kỳ này"),
        ({"owed": True}, "2026-000123; chưa gửi"),
        ({"owed": True, "stands_again": "2026-000100"}, "2026-000123; còn phải bổ sung, hoàn thiện"),
        ({"owed": False, "unsigned": True}, "2026-000123; còn phải gửi văn bản đã ký"),
        ({"owed": False, "stands_again": "2026-000100"}, "2026-000123; báo cáo 2026-000100 có hiệu lực trở lại"),
    ],
)
def test_a_recall_is_confirmed_with_what_is_owed_now(change, state) -> None:
    said = notice("recalled")
    sent = zns_message("recalled", replace(said, items=[replace(item, **change) for item in said.items]))
    assert sent is not None
    assert (sent.params["due"], sent.params["state"]) == ("10 giờ 05 phút, thứ Sáu, 30/10/2026", state)
    assert len(state) <= LONGEST["state"]


def test_a_dispute_is_confirmed_with_its_moment() -> None:
    sent = zns_message("dispute_received", notice("dispute_received"))
    assert sent is not None
    assert (sent.params["due"], sent.params["state"]) == (
        "16 giờ 40 phút, thứ Tư, 21/10/2026",
        "tạm dừng nhắc, chờ quyết định phân công",
    )


def test_long_names_are_cut_to_fit() -> None:
    sent = zns_message("before", notice("before", agency_name="Ủy ban nhân dân " + "xã rất dài " * 20, code=""))
    assert sent is not None
    assert len(sent.params["agency"]) <= LONGEST["agency"]
    assert sent.params["code"] == UNKNOWN


def test_what_never_goes_by_zns() -> None:
    assert zns_message("leader", notice("leader", "leader")) is None
    assert zns_message("new_link", notice("new_link")) is None
    assert zns_message("before", notice("before", "the asking department itself")) is None


def test_values_say_what_the_notice_says() -> None:
    sent = zns_message("overdue", notice("overdue", code="K7MF-2QXR"))
    assert sent is not None
    assert sent.params == asdict(
        Parameters(
            agency="Sở Công Thương",
            thing="báo cáo năm 2026",
            due="thứ Bảy, 31/10/2026",
            state="quá hạn 02 ngày",
            plan="Kế hoạch số 197/KH-UBND; Công văn số 1234/STC-DN ngày 01/10/2026",
            unit="Sở Tài chính",
            phone="0221 3 863 000",
            code="K7MF-2QXR",
        )
    )


@pytest.mark.parametrize(("digest", "state"), [(False, "2026-000123"), (True, UNKNOWN)])
@pytest.mark.parametrize("kind", ["received", "by_hand"])
def test_the_receipt_of_a_soft_copy_says_what_is_still_to_come(kind: str, digest: bool, state: str) -> None:
    said = notice(kind, digest=digest)
    plain = zns_message(kind, said)
    soft = zns_message(kind, replace(said, items=[replace(item, unsigned=True) for item in said.items]))
    assert plain is not None
    assert soft is not None
    assert plain.params["state"] == state
    assert soft.params["state"] == f"{state}; còn phải gửi văn bản đã ký"
    assert len(soft.params["state"]) <= LONGEST["state"]


def test_every_situation_has_one_template() -> None:
    assert [t.name for t in TEMPLATES] == list(SITUATIONS)
