"""The administrator's page of connected programs."""

import re

import pytest
from playwright.sync_api import expect

from obligations.services.accounts.access import account_by_name, create_account, sign_in_link
from obligations.services.audit import record
from obligations.services.interface.tell_programs import tell_programs
from tests.obligations.interface.receiver import receiving
from tests.portal.browsing import PHONE, browser_page, fits
from tests.portal.conftest import Site, token_in


def administrator(site: Site) -> str:
    """Its way in."""
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "quan", "Trần Quân", "quan@x.example", "administrator")
        return sign_in_link(ctx, account_by_name(ctx, "quan"))


@pytest.mark.parametrize("width", [PHONE])
def test_a_token_and_an_address_are_made_and_ended(site: Site, width: int) -> None:
    site.confirm()
    with browser_page(width) as page:
        page.goto(site.url + administrator(site))
        page.get_by_role("button").first.click()
        page.goto(site.url + "/registers")
        page.get_by_role("link", name="Chương trình kết nối").click()
        page.get_by_label("Tên chương trình").fill("Phần mềm quản lý văn bản")
        page.get_by_label("Thay mặt").select_option(label="Sở Tư pháp")
        page.get_by_label("gửi báo cáo, đề nghị (mã của cơ quan)").check()
        page.get_by_role("button", name="Cấp mã").click()
        secret = page.get_by_label("Mã", exact=True).input_value()
        assert re.fullmatch(r"dondoc_[\w-]{43}", secret)
        fits(page, width)
        owed = site.client().get("/api/v1/own/duties", headers={"authorization": f"Bearer {secret}"})
        assert owed.json()["agency"] == "Sở Tư pháp"
        page.goto(site.url + "/programs")
        assert secret not in page.content()
        page.get_by_text("Thu hồi", exact=True).click()
        page.get_by_label("Lý do").first.fill("đổi phần mềm")
        page.get_by_role("button", name="Thu hồi mã này").click()
        expect(page.get_by_text("Đã thu hồi mã truy cập.")).to_be_visible()
        dead = site.client().get("/api/v1/own/duties", headers={"authorization": f"Bearer {secret}"})
        assert dead.status_code == 401

        with receiving() as receiver:
            page.get_by_label("Tên", exact=True).fill("Kho dữ liệu của tỉnh")
            page.get_by_label("Địa chỉ nhận").fill(receiver.url)
            page.get_by_label("Mở kỳ", exact=True).check()
            page.get_by_role("button", name="Thêm nơi nhận").click()
            expect(page.get_by_label("Khóa", exact=True)).to_have_value(re.compile("^whsec_"))
            with site.app.write(site.now, "test") as ctx:
                record(ctx, "period.opened", site.period(), label="2026")
            assert tell_programs(site.app, lambda: site.now) == 1
            assert "năm 2026" in receiver.came[0][1].decode()
        page.goto(site.url + "/programs")
        expect(page.get_by_text("đang nhận")).to_be_visible()
        fits(page, width)
        page.get_by_text("Ngừng", exact=True).click()
        page.locator("form[action$='/end']").get_by_label("Lý do").fill("thôi dùng")
        page.get_by_role("button", name="Ngừng báo sự kiện").click()
        expect(page.get_by_text("thôi dùng")).to_be_visible()


def test_what_cannot_be_made_is_said(site: Site) -> None:
    client = site._through(administrator(site))
    csrf = token_in(client.get("/programs"))
    form = {"csrf": csrf, "name": "x", "owner": "agency:so-tu-phap", "scope": "read", "days": "90"}
    for change, said in (
        ({"scope": "send"}, "Quyền của mã truy cập"),
        ({"scope": []}, "Quyền của mã truy cập"),
        ({"days": "9999"}, "chọn thời hạn"),
        ({"name": ""}, "tên"),
    ):
        answer = client.post("/programs/tokens", data={**form, **change})
        assert (answer.status_code, said in answer.text) == (422, True), change
    assert client.post("/programs/tokens", data={**form, "owner": "agency:none"}).status_code == 404
    hook = {"csrf": csrf, "name": "x", "url": "https://10.0.0.1/", "kind": "period.opened"}
    assert "DONDOC_WEBHOOK_HOSTS" in client.post("/programs/webhooks", data=hook).text
    assert site.staff().get("/programs").status_code in (200, 403)


def test_a_token_of_an_account_stands_under_its_persons_name(site: Site) -> None:
    client = site._through(administrator(site))
    form = {"name": "Kho", "owner": "account:quan", "scope": "read", "days": "90"}
    made = client.post("/programs/tokens", data={"csrf": token_in(client.get("/programs")), **form})
    assert '<td data-label="Thay mặt">Trần Quân</td>' in made.text
    assert "Trần Quân" in client.get("/export/tokens.csv").text
