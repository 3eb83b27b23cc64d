"""Đầu mối liên hệ: seen by those who may, a file read before it is taken, one address changed at a time."""

import html
import re

import httpx
import pytest
from sqlmodel import select

from models.tables import Agency, AuditEntry, Contact
from tests.portal.conftest import Site, token_in

AGENCY = "so-tu-phap"
FILE = (
    "Mã đơn vị;Đối tượng;Kênh;Địa chỉ;Tên gọi;Mục đích;Nguồn\r\n{0};văn thư;thư điện tử;{1};Văn thư;đôn đốc;danh bạ\r\n"
)
KEPT = re.compile(r'name="content" value="([^"]+)"')


@pytest.fixture
def staff(site: Site) -> httpx.Client:
    return site.staff()


def send(staff: httpx.Client, content: bytes, name: str = "đầu mối.csv") -> httpx.Response:
    token = token_in(staff.get("/contacts"))
    return staff.post("/contacts/import", data={"csrf": token}, files={"file": (name, content)})


def living(site: Site, code: str = AGENCY) -> list[Contact]:
    with site.app.read(site.now) as ctx:
        query = select(Contact).join(Agency).where(Agency.code == code, Contact.audience == "clerk")
        return [c for c in ctx.session.exec(query).all() if c.removed_at is None]


def test_only_coordinators_see_it(site: Site, staff: httpx.Client) -> None:
    site.confirm()
    member = site.agency(AGENCY)
    for path in ("/contacts", "/contacts/mau-dau-moi.xlsx"):
        assert site.client().get(path).status_code == 403
        assert member.get(path).status_code == 403
        assert staff.get(path).status_code == 200
    assert staff.get("/contacts/mau-dau-moi.pdf").status_code == 404


def test_addresses_are_masked_and_samples_are_named(staff: httpx.Client) -> None:
    text = html.unescape(staff.get(f"/contacts?agency={AGENCY}").text)
    assert f"vanthu.{AGENCY}@" not in text
    assert "v…@" in text
    assert "địa chỉ mẫu" in text


def test_a_file_is_shown_then_taken(site: Site, staff: httpx.Client) -> None:
    content = FILE.format(AGENCY, "vanthu@stp.example").encode("utf-8-sig")
    seen = send(staff, content)
    text = html.unescape(seen.text)
    assert "vanthu@stp.example" in text
    assert "Xác nhận nhập 01 dòng" in text
    assert all(c.is_sample for c in living(site)), "nothing is kept yet"
    kept = KEPT.search(seen.text)
    assert kept is not None
    data = {"csrf": token_in(seen), "name": "đầu mối.csv", "content": html.unescape(kept[1])}
    done = staff.post("/contacts/import/confirm", data=data, follow_redirects=True)
    assert "Đã nhập danh sách đầu mối." in html.unescape(done.text)
    assert [c.address for c in living(site)] == ["vanthu@stp.example"]
    again = html.unescape(send(staff, content).text)
    assert "không đổi" in again
    spoilt = staff.post("/contacts/import/confirm", data={**data, "content": "%%%"})
    assert spoilt.status_code == 422


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FILE.format("so-khong-co", "a@b.vn").encode(), "Dòng 2: Không có cơ quan, đơn vị nào mã “so-khong-co”"),
        (FILE.format(AGENCY, "a@b").encode(), "Dòng 2: “a@b” không phải địa chỉ thư điện tử"),
        (b"x;y\r\n1;2\r\n", "Thiếu cột"),
        (b"", "Tệp không có dòng nào"),
        (b"\xd0\xcf\x11\xe0", ".xls cũ"),
        (b"\xff\xfe\x00", "bảng mã"),
    ],
)
def test_errors_name_the_line_and_change_nothing(site: Site, staff: httpx.Client, content: bytes, said: str) -> None:
    answer = send(staff, content)
    assert answer.status_code == 422
    assert said.casefold() in html.unescape(answer.text).casefold()
    assert "content" not in re.findall(r'name="(\w+)"', answer.text)


def test_no_file_or_too_large_is_refused(staff: httpx.Client) -> None:
    assert staff.post("/contacts/import", data={"csrf": token_in(staff.get("/contacts"))}).status_code == 422
    assert send(staff, b"x" * (701 << 10)).status_code == 422


def test_one_address_is_added_replaced_and_removed(site: Site, staff: httpx.Client) -> None:
    page = f"/contacts?agency={AGENCY}"

    def act(path: str, **data: str) -> str:
        sent = {"csrf": token_in(staff.get(page)), **data}
        answer = staff.post(path, data=sent, follow_redirects=True)
        return html.unescape(answer.text)

    added = {"agency": AGENCY, "audience": "clerk", "channel": "email", "purpose": "đôn đốc", "source": "danh bạ"}
    assert "không phải địa chỉ" in act("/contacts/add", **added, address="sai")
    assert "Đã thêm địa chỉ." in act("/contacts/add", **added, address="vt1@stp.example")
    (contact,) = living(site)
    assert "Đã thay địa chỉ" in act(f"/contacts/{contact.id}/replace", address="vt2@stp.example", reason="đổi")
    (contact,) = living(site)
    assert contact.address == "vt2@stp.example"
    assert "Cần ghi lý do" in act(f"/contacts/{contact.id}/remove", reason="")
    assert "Đã bỏ địa chỉ" in act(f"/contacts/{contact.id}/remove", reason="chuyển công tác")
    assert living(site) == []
    text = html.unescape(staff.get("/contacts").text)
    assert "chỉ có địa chỉ của lãnh đạo" in text
    assert "01 cơ quan, đơn vị chưa có địa chỉ nhận thông báo" in html.unescape(staff.get("/").text)
    with site.app.read(site.now) as ctx:
        acts = [e for e in ctx.session.exec(select(AuditEntry)).all() if e.action.startswith("contact.")]
    assert [e.action for e in acts] == ["contact.added", "contact.replaced", "contact.removed"]
    assert "stp.example" not in str([e.detail for e in acts])
