"""Every page of the portal with an address at which it shows something: what the walkers walk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlmodel import select

from models.tables import Agency, Message, NoticeBatch, Submission
from obligations.rules.webhooks import KINDS
from obligations.services.feeds.access import issue_token
from obligations.services.interface.tokens import issue_agency_token
from obligations.services.interface.webhooks import add_webhook, end_webhook
from obligations.services.running.tick import run_tick
from tests.portal.conftest import LATE, PDF, Site, token_in
from tests.portal.test_requests import asked, assignment

STAFF, AGENCY, OWING, STRANGER = "staff", "agency", "an agency that owes", "stranger"
ONE_LINK = "an agency with the link of one message"
WITHOUT_PAGE = (
    "/api/", "/f/", "/export/", "/attachments/", "/consolidations/", "/healthz", "/readyz", "/metrics", "/robots.txt",
    "/favicon.ico", "/login/oidc", "/assignments/{assignment}/cong-van.docx", "/assignments/{assignment}/ledger.{form}",
    "/calls/{public_id}/danh-sach-goi.{form}", "/contacts/mau-dau-moi.{form}", "/ledger/{public_id}/so-theo-doi.{form}",
    "/periods/{public_id}/chua-gui.docx", "/periods/{public_id}/cong-van.docx",
    "/report-templates/mau-bao-cao-tong-hop.docx", "/report-templates/{public_id}/{name}",
    "/periods/{public_id}/ho-so.zip", "/a/receipts/{submission}/xac-nhan.docx", "/a/everything.xlsx", "/second",
    "/system/kiem-tra.{form}",
)  # fmt: skip
"""Files, feeds and facts for machines; ``/second`` is a page only between two factors (tests/portal/test_sign_in.py)."""


@dataclass(frozen=True)
class Shown:
    """Where one page is seen, as whom, and with which status; an address with "khong-co" may also be missing."""

    who: str
    path: str
    status: int = 200


@dataclass(frozen=True)
class World:
    """Browsers and ids in an installation in which most things have happened."""

    clients: Mapping[str, httpx.Client]
    pages: Mapping[str, list[Shown]]


def live(site: Site) -> World:
    """Plan 197 confirmed and overdue: reports sent, returned, accepted, taken back; requests, batches, feeds, drafts."""
    site.confirm()
    site.now = LATE + timedelta(days=1)
    run_tick(site.app, site.now)
    made = asked(site)
    staff, agency = site.staff(), site.agency("so-tu-phap")
    receipt = _agencies(site, agency)
    _coordinator(site, staff)
    with site.app.write(site.now, "test") as ctx:
        issue_token(ctx, "so-tu-phap", "máy của văn thư")
        issue_agency_token(ctx, "so-tu-phap", "phần mềm văn bản", 90, ["read", "submit"])
        ended = add_webhook(ctx, "kho dữ liệu", "http://127.0.0.1:9/", list(KINDS))
        end_webhook(ctx, ended.public_id, "chuyển máy chủ")
        add_webhook(ctx, "trang tin của tỉnh", "http://127.0.0.1:9/su-kien/cua/dondoc", ["period.opened"])
    clients = {STAFF: staff, AGENCY: agency, OWING: site.agency("so-xay-dung"), STRANGER: site.client()}
    clients[ONE_LINK] = site.by_link("so-y-te", assignment(site, made, "so-y-te").public_id)
    return World(clients, _pages(site, receipt, made.slug))


def _agencies(site: Site, agency: httpx.Client) -> str:
    """One sends a signed report with a file and asks for more time on it; others send, promise and type."""
    sent = _post(
        agency,
        f"/a/{site.assignment('so-tu-phap')}",
        file=True,
        form="signed",
        document_number="45/BC-STP",
        document_on="19/11/2026",
    )
    for code, fields in (
        ("so-y-te", {"form": "soft", "nil_rest": "1"}),
        ("so-cong-thuong", {"form": "soft", "nil_rest": "1"}),
        ("so-noi-vu", {"form": "soft", "action": "draft", "note": "đang viết"}),
    ):
        _post(site.agency(code), f"/a/{site.assignment(code)}", **fields)
    for code, act, fields in (
        ("so-xay-dung", "more-time", {"wanted_on": "30/11/2026", "reason": "Chờ số liệu của Cục Thống kê."}),
        (
            "so-nong-nghiep-moi-truong",
            "sent-otherwise",
            {"document_number": "9/BC", "document_on": "02/11/2026", "way": "post", "sent_on": "03/11/2026"},
        ),
        ("so-van-hoa-the-thao-du-lich", "signing", {"expected_on": "24/11/2026"}),
    ):
        path = f"/a/{site.assignment(code)}"
        _post(site.agency(code), f"{path}/{act}", page=path, **fields)
    return str(sent.headers["location"])


def _coordinator(site: Site, staff: httpx.Client) -> None:
    for code, act, fields in (
        ("so-y-te", "return", {"remarks": "Bổ sung số liệu tháng 10."}),
        ("so-cong-thuong", "accept", {}),
        ("so-giao-duc-dao-tao", "exempt", {"reason": "Không có nhiệm vụ trong kỳ."}),
        ("so-khoa-hoc-cong-nghe", "agree-lateness", {"until_on": "27/11/2026", "reason": "Chờ số liệu."}),
    ):
        page = f"/assignments/{site.assignment(code)}"
        with site.app.read(site.now) as ctx:
            newest = ctx.session.exec(
                select(Submission.public_id).where(Submission.agency_name == _name(site, code))
            ).first()
        _post(staff, f"{page}/{act}", page=page, **{"submission": newest or "", **fields})
    period = f"/periods/{site.period()}"
    _post(staff, f"{period}/consolidate", page=period)


def _name(site: Site, code: str) -> str:
    with site.app.read(site.now) as ctx:
        return ctx.session.exec(select(Agency.name).where(Agency.code == code)).one()


def _post(client: httpx.Client, path: str, page: str = "", *, file: bool = False, **fields: str) -> httpx.Response:
    token = token_in(client.get(page or path))
    answer = client.post(
        path,
        data={"csrf": token, "action": "send", "key": f"w{abs(hash((path, token)))}"[:24], **fields},
        files={"files": ("da-ky.pdf", PDF)} if file else None,
    )
    assert answer.status_code == 303, (path, answer.status_code, answer.text[-800:])
    return answer


def _pages(site: Site, receipt: str, slug: str) -> dict[str, list[Shown]]:
    with site.app.read(site.now) as ctx:
        message = ctx.session.exec(select(Message.public_id).where(Message.kind == "overdue")).first()
        batch = ctx.session.exec(select(NoticeBatch.public_id)).first()
    period, assignment = site.period(), site.assignment
    staff = {
        "/": ["/", "/?year=2026"],
        "/accounts": ["/accounts"],
        "/accounts/{account}": ["/accounts/chuyen-vien-mau"],
        "/agencies": ["/agencies", "/agencies?ended=true"],
        "/agencies/{code}": ["/agencies/so-tai-chinh"],
        "/asks": ["/asks"],
        "/assignments/{assignment}": [
            f"/assignments/{assignment(code)}" for code in ("so-tu-phap", "so-y-te", "so-xay-dung")
        ],
        "/assignments/{assignment}/ledger": [f"/assignments/{assignment('so-tu-phap')}/ledger"],
        "/audit": ["/audit"],
        "/batches": ["/batches"],
        "/batches/{public_id}": [f"/batches/{batch}"] if batch else [],
        "/calls/{public_id}": [f"/calls/{period}"],
        "/contacts": ["/contacts", "/contacts?agency=so-tu-phap"],
        "/feeds": ["/feeds"],
        "/holidays": ["/holidays", "/holidays?year=2031"],
        "/holidays/new": ["/holidays/new"],
        "/ledger/{public_id}": [f"/ledger/{period}"],
        "/me": ["/me"],
        "/messages": ["/messages", "/messages?state=failed"],
        "/messages/{public_id}": [f"/messages/{message}"],
        "/periods": ["/periods"],
        "/periods/{public_id}": [f"/periods/{period}", f"/periods/{period}?show=chua-gui"],
        "/periods/{public_id}/chua-gui": [f"/periods/{period}/chua-gui"],
        "/periods/{public_id}/remind": [f"/periods/{period}/remind"],
        "/plans": ["/plans"],
        "/plans/preview": ["/plans/preview"],
        "/programs": ["/programs"],
        "/reconcile": [f"/reconcile?period={period}"],
        "/registers": ["/registers"],
        "/reorganise": ["/reorganise"],
        "/report-templates": ["/report-templates"],
        "/requests": ["/requests"],
        "/requests/new": ["/requests/new"],
        "/requests/{slug}": [f"/requests/{slug}"],
        "/system": ["/system"],
        "/search": ["/search", "/search?q=so+tu+phap", "/search?q=khongcogi"],
        "/today": ["/today"],
    }
    member = {
        "/a": ["/a"],
        "/a/calendar": ["/a/calendar"],
        "/a/contacts": ["/a/contacts"],
        "/a/everything": ["/a/everything"],
        "/a/{assignment}": [f"/a/{assignment('so-tu-phap')}"],
        "/a/receipts/{submission}": [receipt],
    }
    owing = f"/a/{assignment('so-xay-dung')}"
    member_owing = {"/a/{assignment}": [owing], "/a/{assignment}/covered": [f"{owing}/covered"]}
    stranger = {
        "/login": ["/login"],
        "/login/{token}": ["/login/khong-co"],
        "/s": ["/s"],
        "/s/{token}": [f"/s/{site.link('so-y-te')}", "/s/khong-co"],
    }
    shown: dict[str, list[Shown]] = {}
    for who, several in ((STAFF, staff), (AGENCY, member), (OWING, member_owing), (STRANGER, stranger)):
        for route, paths in several.items():
            shown.setdefault(route, []).extend(Shown(who, path) for path in paths)
    shown["/a"].append(Shown(ONE_LINK, "/a"))
    shown["/a/everything"].append(Shown(ONE_LINK, "/a/everything"))
    closed = f"/a/{assignment('so-y-te')}"
    shown["/a/{assignment}"] += [Shown(ONE_LINK, closed, 403), Shown(STRANGER, closed, 403)]
    return shown
