"""Programs do what people do on the pages: once for each key, within their scopes, with problems told in one form."""

import json
import re
from datetime import timedelta

from sqlmodel import func, select

from models.tables import AuditEntry, IdempotencyKey, Submission
from obligations.services.audit import verify
from obligations.services.running.upkeep import tell
from tests.portal.conftest import PDF, Site, token_in
from tests.portal.interface.conftest import Program, Programs, problem

REPORT = {"form": "soft", "nil_rest": True, "note": "từ phần mềm của cơ quan"}


def sent(program: Program, site: Site, code: str = "so-tu-phap") -> dict[str, str]:
    answer = program.post(f"/own/duties/{site.assignment(code)}/submissions", report=REPORT)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def acts(site: Site, action: str) -> int:
    with site.app.read(site.now) as ctx:
        assert verify(ctx.session) == []
        return ctx.session.exec(select(func.count()).where(AuditEntry.action == action)).one()


def test_a_report_goes_the_whole_way(site: Site, programs: Programs) -> None:
    site.confirm()
    office, unit = programs(), programs(agency="so-tu-phap")
    (owed,) = [d for d in unit.get("/own/duties").json()["open"] if d["public_id"] == site.assignment("so-tu-phap")]
    path = f"/own/duties/{owed['public_id']}"
    task = unit.get(path).json()["outline"][0]["id"]
    report = {
        "form": "signed",
        "document_number": "45/BC-STP",
        "document_on": "2026-11-18",
        "entries": [{"clause": task, "result": "Đã tổ chức 02 hội nghị."}],
        "figures": [{"clause": task, "name": "Số hội nghị", "unit": "hội nghị", "value": "2", "kind": "uoc"}],
        "nil_rest": True,
    }
    (figure,) = report["figures"]
    for wrong, status in (({"adjusted": "3"}, 422), ({"kind": "du_toan"}, 422)):
        refused = unit.post(f"{path}/submissions", report={**report, "figures": [{**figure, **wrong}]})
        assert refused.status_code == status, refused.text
    made = unit.post(f"{path}/submissions", files=[("files", ("bao-cao.pdf", PDF, "application/pdf"))], report=report)
    assert made.status_code == 201, made.text
    receipt = unit.get(f"/own/receipts/{made.json()['public_id']}").json()
    assert receipt["version"]["figures"][0]["kind"] == "uoc"
    assert receipt["version"]["receipt_number"] == made.json()["receipt_number"]
    (file,) = receipt["version"]["files"]
    assert unit.get(f"/own/attachments/{file['public_id']}").content == PDF

    at = f"/assignments/{owed['public_id']}"
    assert office.get(at).json()["versions"][0]["entries"][0]["result"] == "Đã tổ chức 02 hội nghị."
    judged = {"submission": made.json()["public_id"]}
    returned = office.post(f"{at}/return", {**judged, "remarks": "Bổ sung số liệu.", "again_by": "2026-11-25"})
    assert returned.json()["duty"]["standing"]["key"] == "returned"
    again = unit.post(
        f"{path}/submissions",
        report={**report, "note": "đã bổ sung"},
        files=[("files", ("bao-cao.pdf", PDF, "application/pdf"))],
    )
    assert (again.status_code, again.json()["version"]) == (201, 2)
    accepted = office.post(f"{at}/accept", {"submission": again.json()["public_id"]})
    assert accepted.json()["duty"]["standing"]["key"] == "accepted"
    rows = office.get(f"/periods/{site.period()}").json()["agencies"]
    assert {row["standing"]["key"] for row in rows if row["code"] == "so-tu-phap"} == {"accepted"}
    trail = office.get("/audit", action="api_token.used").json()
    assert [row["detail"]["operation"] for row in trail][:2] == [
        f"POST /api/v1{at}/accept",
        f"POST /api/v1{path}/submissions",
    ]


def test_a_key_is_one_act_however_often_it_is_sent(site: Site, programs: Programs) -> None:
    site.confirm()
    unit, path = programs(agency="so-tu-phap"), f"/own/duties/{site.assignment('so-tu-phap')}/submissions"
    file = [("files", ("bao-cao.pdf", PDF, "application/pdf"))]
    answers = [unit.post(path, key="khoa-so-1", files=file, report=REPORT) for _ in range(3)]
    assert {(a.status_code, a.text) for a in answers} == {(201, answers[0].text)}
    assert [a.headers.get("idempotency-replayed") for a in answers] == [None, "true", "true"]
    assert acts(site, "submission.recorded") == 1
    other = unit.post(path, key="khoa-so-1", files=file, report={**REPORT, "note": "khác"})
    problem(other, 422, "idempotency-key-reused")
    problem(unit.post(path, key="khoa-so-1", report=REPORT), 422, "idempotency-key-reused")
    elsewhere = unit.post(f"/own/duties/{site.assignment('so-tu-phap')}/acknowledge", key="khoa-so-1")
    problem(elsewhere, 422, "idempotency-key-reused")
    theirs = programs(agency="so-y-te")
    own = theirs.post(f"/own/duties/{site.assignment('so-y-te')}/submissions", key="khoa-so-1", report=REPORT)
    assert own.status_code == 201, "a key is one's own"
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(func.count()).select_from(Submission)).one() == 2


def test_a_refused_act_may_be_asked_for_again_under_its_key(site: Site, programs: Programs) -> None:
    site.confirm()
    office = programs()
    at = f"/assignments/{site.assignment('so-tu-phap')}/agree-lateness"
    body = {"until_on": "2026-11-27", "reason": "chờ số liệu"}
    too_early = {**body, "until_on": "2026-11-01"}
    refused = problem(office.post(at, too_early, key="mot-khoa-1"), 422, "invalid")
    assert "ngày" in refused["detail"]
    assert office.post(at, body, key="mot-khoa-1").status_code == 200
    assert acts(site, "assignment.agreed_late") == 1


def test_lateness_is_agreed_with_a_reason_wherever_it_is(site: Site, programs: Programs) -> None:
    site.confirm()
    path = f"/assignments/{site.assignment('so-tu-phap')}"
    problem(programs().post(f"{path}/agree-lateness", {"until_on": "2026-11-27", "reason": " "}), 422, "invalid")
    staff = site.staff()
    page = staff.post(f"{path}/agree-lateness", data={"csrf": token_in(staff.get(path)), "until_on": "27/11/2026"})
    assert page.status_code in (409, 422)
    assert "Cần ghi lý do thống nhất thời gian gửi chậm." in page.text
    assert acts(site, "assignment.agreed_late") == 0


def test_a_key_is_forgotten_after_a_day(site: Site, programs: Programs) -> None:
    site.confirm()
    office, path = programs(), f"/assignments/{site.assignment('so-tu-phap')}/calls"
    body = {"result": "answered", "person": "văn thư"}
    first = office.post(path, body, key="cuoc-goi-1")
    assert first.status_code == 201, first.text
    site.now += timedelta(hours=23)
    tell(site.app, lambda: site.now)
    assert office.post(path, body, key="cuoc-goi-1").json() == first.json()
    site.now += timedelta(hours=2)
    tell(site.app, lambda: site.now)
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(IdempotencyKey)).all() == []
    assert office.post(path, body, key="cuoc-goi-1").json() != first.json()


def test_wrong_values_are_named(site: Site, programs: Programs) -> None:
    site.confirm()
    office, unit = programs(), programs(agency="so-tu-phap")
    at = f"/assignments/{site.assignment('so-tu-phap')}/extend"
    wrong = problem(office.post(at, {"due_on": "mai", "document_number": " ", "more": 1}), 422, "invalid")
    assert {e["pointer"] for e in wrong["errors"]} == {"/due_on", "/document_number", "/document_on", "/more"}
    headers = {"authorization": f"Bearer {office.secret}"}
    unkeyed = office.client.post(f"/api/v1{at}", json={}, headers=headers)
    assert {"parameter": "Idempotency-Key", "detail": "Field required"} in problem(unkeyed, 422, "invalid")["errors"]
    path = f"/own/duties/{site.assignment('so-tu-phap')}/submissions"
    unknown = {"form": "soft", "entries": [{"clause": "IX.9", "result": "x"}]}
    (named,) = problem(unit.post(path, report=unknown), 422, "invalid")["errors"]
    assert named["pointer"] == "/report/entries/0/clause"
    (broken,) = problem(unit.post(path, report="{"), 422, "invalid")["errors"]
    assert broken["pointer"] == "/report"
    assert "signed" in str(problem(unit.post(path, report={"form": "nháp"}), 422, "invalid")["errors"])
    unsigned = problem(unit.post(path, report={"form": "signed", "nil_rest": True}), 422, "invalid")
    assert "số, ký hiệu" in unsigned["detail"]
    bad = unit.post(path, files=[("files", ("a.exe", b"MZ", "application/x-dosexec"))], report=REPORT)
    assert "a.exe" in problem(bad, 422, "invalid")["detail"]
    assert acts(site, "submission.recorded") == 0


def test_what_a_part_of_a_form_holds_and_what_is_answered_is_described(site: Site, programs: Programs) -> None:
    site.confirm()
    described = site.client().get("/api/openapi.json").json()
    schemas = described["components"]["schemas"]
    parts = [
        (part, schema)
        for name, form in schemas.items()
        if name.startswith("Body_")
        for part, schema in form["properties"].items()
        if "as JSON" in schema.get("description", "")
    ]
    held = {schema["contentSchema"]["$ref"].rpartition("/")[2] for _, schema in parts}
    assert held == {"ReportIn", "RecordIn", "Place", "Chosen"}
    assert {"form", "document_number", "entries"} <= set(schemas["ReportIn"]["properties"])
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert named <= set(schemas)
    made = sent(programs(agency="so-tu-phap"), site)
    assert set(made) == set(schemas["Submitted"]["properties"])
    at = f"/assignments/{site.assignment('so-tu-phap')}/accept"
    answer = programs().post(at, {"submission": made["public_id"]}).json()
    said = described["paths"]["/api/v1/assignments/{assignment}/accept"]["post"]["responses"]["200"]
    assert said["content"]["application/json"]["schema"]["$ref"].endswith("/DutyPage")
    assert set(answer) == set(schemas["DutyPage"]["properties"])


def test_what_a_body_names_and_there_is_not_is_a_wrong_value(site: Site, programs: Programs) -> None:
    office, due = programs(), "2026-11-20T16:00:00+07:00"
    duty = f"/assignments/{site.assignment('so-tu-phap')}"
    contact = {"agency": "so-y-te", "address": "a@b.vn", "purpose": "x", "source": "y"}
    for path, body, field in (
        ("/pauses", {"act": "pause", "reason": "x", "plan": "khong-co"}, "plan"),
        ("/pauses", {"act": "pause", "reason": "x", "agency": "khong-co"}, "agency"),
        ("/contacts", {**contact, "agency": "khong-co"}, "agency"),
        ("/contacts", {**contact, "channel": "fax"}, "channel"),
        ("/feeds", {"agency": "khong-co"}, "agency"),
        ("/requests/preview", {"to": ["so-y-te", "khong-co"], "content": "x", "due_at": due}, "to"),
        ("/requests/preview", {"to": ["so-y-te"], "content": "x", "due_at": "9999-12-31T23:59:59Z"}, "due_at"),
        (f"{duty}/covered", {"by": "khong-co"}, "by"),
        (f"{duty}/calls", {"result": "busy", "called_at": "2026-11-18T08:00:00"}, "called_at"),
        (f"/periods/{site.period()}/confirm", {"received": ["so-y-te", "khong-co"]}, "received"),
        (
            f"/periods/{site.period()}/snooze",
            {"until_on": "2026-12-01", "reason": "x", "agencies": ["khong-co"]},
            "agencies",
        ),
    ):
        (named,) = problem(office.post(path, body), 422, "invalid")["errors"]
        assert named["pointer"] == f"/{field}", path
        assert "khong-co" in named["detail"] or "khong-co" not in str(body), named
    problem(office.post("/assignments/none/covered", {"by": "so-y-te"}), 404, "not-found")
    (later,) = problem(
        office.get("/deadlines", **{"plan": "197-kh-ubnd", "from": "2026-12-01", "to": "2026-11-01"}), 422, "invalid"
    )["errors"]
    assert later["parameter"] == "to"
    assert problem(office.get("/messages", state="gui"), 422, "invalid")["errors"][0]["parameter"] == "state"


def test_every_error_of_the_interface_is_a_problem(site: Site, programs: Programs) -> None:
    office = programs()
    problem(office.get("/nowhere"), 404, "not-found")
    problem(office.get("/periods/none"), 404, "not-found")
    problem(office.post("/status"), 405, "method")
    problem(site.client().post("/api/v1/pauses", json={}), 403, "sign-in")
    problem(programs("read").post("/pauses", {"act": "pause", "reason": "x"}), 403, "scope")
    strayed = problem(programs(agency="so-tu-phap").get("/status"), 403, "forbidden")
    assert "/api/v1/own/" in strayed["detail"]
    problem(office.client.get("/api/v1/status", headers={"authorization": "Bearer x"}), 401, "token")
    headers = {"authorization": f"Bearer {office.secret}", "idempotency-key": "khoa-so-1"}
    large = office.client.post("/api/v1/pauses", content=b"x" * (2 << 20), headers=headers)
    problem(large, 413, "too-large")
    broken = office.client.post("/api/v1/pauses", content=b"{", headers={**headers, "content-type": "application/json"})
    (unread,) = problem(broken, 422, "invalid")["errors"]
    assert unread["pointer"] == ""


def test_an_account_on_the_page_may_use_it_with_the_token_of_its_page_only(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    at, body = f"/api/v1/assignments/{site.assignment('so-tu-phap')}/snooze", {"until_on": "2026-11-20", "reason": "x"}
    key = {"idempotency-key": "khoa-so-1"}
    problem(staff.post(at, json=body, headers=key), 403, "csrf")
    problem(staff.post(at, json=body, headers={**key, "origin": "https://evil.example"}), 403, "csrf")
    proven = {**key, "x-csrf-token": token_in(staff.get("/today"))}
    assert staff.post(at, json=body, headers=proven).status_code == 200
    again = staff.post(at, json=body, headers=proven)
    assert again.headers["idempotency-replayed"] == "true"
    assert acts(site, "assignment.snoozed") == 1
