"""The page where a code is typed."""

from datetime import timedelta

from sqlmodel import col, select

from models.tables import Agency, Message
from obligations.services.sending.short_codes import short_code
from portal.routes.codes import FAILURES
from tests.portal.conftest import LATE, Site, token_in

AGENCY = "so-tu-phap"


def code_of(site: Site) -> str:
    with site.app.read(site.now) as ctx:
        query = select(Message.id).join(Agency, col(Message.agency_id) == Agency.id).where(Agency.code == AGENCY)
        return short_code(ctx.settings, ctx.session.exec(query).first() or 0)


def test_a_code_opens_the_agencys_page(site: Site) -> None:
    site.confirm()
    client = site.client()
    asked = client.get("/s")
    assert "Mã gồm 08 ký tự" in asked.text
    opened = client.post("/s", data={"csrf": token_in(asked), "code": code_of(site).lower()})
    assert opened.status_code == 303
    assert opened.headers["location"].startswith("/s/")
    link = client.get(opened.headers["location"])
    assert "Sở Tư pháp" in link.text
    assert client.post("/s", data={"code": code_of(site)}).status_code == 403, "only from our own page"


def test_wrong_codes_are_answered_politely_and_not_for_ever(site: Site) -> None:
    client = site.client()
    token = token_in(client.get("/s"))
    for _ in range(FAILURES.most):
        wrong = client.post("/s", data={"csrf": token, "code": "AAAA-AAAA"})
        assert wrong.status_code == 404
        assert "Mã không đúng" in wrong.text
    assert client.post("/s", data={"csrf": token, "code": "AAAA-AAAA"}).status_code == 429
    site.now = LATE + timedelta(minutes=11)
    assert client.post("/s", data={"csrf": token, "code": "AAAA-AAAA"}).status_code == 404
