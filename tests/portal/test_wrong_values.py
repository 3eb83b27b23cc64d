"""One rule for what is given wrongly: 422 with the field named, whoever asks and by whatever way; 409 is for what no other value mends."""

import html

import pytest
from sqlalchemy.exc import OperationalError

from portal import storing
from portal.routes import review
from tests.portal.conftest import PDF, Site, key_in, token_in
from tests.portal.interface.conftest import Program, Programs, programs  # noqa: F401 - a fixture

AGENCY = "so-tu-phap"
BAD = {"files": ("a.exe", b"MZ", "application/x-dosexec")}
GOOD = {"files": ("a.pdf", PDF, "application/pdf")}
PAPER = {"form": "paper", "channel": "post", "document_number": "9/BC", "arrived_on": "2026-10-29"}


def kept(site: Site) -> list[str]:
    folder = site.app.settings.files
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def test_a_file_that_is_not_taken_is_answered_alike_on_pages_and_to_programs(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    duty = site.assignment(AGENCY)
    answers = []
    for client, page, act in (
        (site.agency(AGENCY), f"/a/{duty}", f"/a/{duty}"),
        (site.staff(), f"/assignments/{duty}", f"/assignments/{duty}/record"),
    ):
        shown = client.get(page)
        typed = {**PAPER, "csrf": token_in(shown), "key": key_in(shown)} | ({"form": "soft"} if act == page else {})
        answers.append(client.post(act, data=typed, files=BAD))
    assert [a.status_code for a in answers] == [422, 422]
    assert all("a.exe" in html.unescape(a.text) for a in answers)
    assert 'name="files"' in answers[1].text
    assert 'aria-invalid="true"' in answers[1].text
    unit, office = programs(agency=AGENCY), programs()
    by_unit = unit.post(f"/own/duties/{duty}/submissions", files=BAD, report={"form": "soft", "nil_rest": True})
    by_office = office.post(f"/assignments/{duty}/record", files=BAD, report=PAPER)
    for answer in (by_unit, by_office):
        assert answer.status_code == 422
        (named,) = answer.json()["errors"]
        assert (named["pointer"], "a.exe" in named["detail"]) == ("/files", True)
    assert kept(site) == []


def test_a_value_that_makes_no_sense_is_named_in_its_part(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    office, duty = programs(), site.assignment(AGENCY)
    late = office.post(f"/assignments/{duty}/record", report={**PAPER, "arrived_on": "2027-01-01"})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/report/arrived_on")
    again = office.post(f"/assignments/{duty}/exempt", {"reason": " \t"})
    assert again.status_code == 422
    gone = office.post(f"/assignments/{duty}/undo", {"act": "exempt", "reason": "nhầm"})
    assert (gone.status_code, gone.json()["type"]) == (409, "urn:dondoc:problem:refused"), "nothing else could be given"


def refuse_at_the_end(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """The database goes away after the report was recorded, before the commit."""

    def broken(*_: object, **__: object) -> None:
        raise OperationalError(what, {}, Exception("away"))

    monkeypatch.setattr(review, "refresh_feeds", broken)


def test_files_of_a_record_that_failed_or_was_repeated_are_gone_and_the_others_stay(
    site: Site,
    programs: Programs,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment(AGENCY)}"
    shown = staff.get(page)
    typed = {**PAPER, "csrf": token_in(shown), "key": key_in(shown)}
    late = staff.post(f"{page}/record", data={**typed, "arrived_on": "1/1/2027"}, files=GOOD)
    assert (late.status_code, kept(site)) == (422, [])
    with monkeypatch.context() as broken:
        refuse_at_the_end(broken, "COMMIT")
        assert staff.post(f"{page}/record", data=typed, files=GOOD).status_code == 503
    assert kept(site) == []
    assert staff.post(f"{page}/record", data=typed, files=GOOD).status_code == 303
    (one,) = kept(site)
    assert staff.post(f"{page}/record", data=typed, files=GOOD).status_code == 303
    assert kept(site) == [one], "pressed twice"
    office: Program = programs()
    at = f"/assignments/{site.assignment('so-y-te')}/record"
    for _ in range(2):
        assert office.post(at, key="mot-khoa-1", files=GOOD, report=PAPER).status_code == 201
    assert len(kept(site)) == 2
    early = office.post(at, files=GOOD, report={**PAPER, "arrived_on": "2027-01-01"})
    assert (early.status_code, len(kept(site))) == (422, 2)


def test_a_file_that_cannot_be_written_takes_those_before_it_along(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment(AGENCY)}"
    shown, written = staff.get(page), []
    one = storing.store_file

    def full(*given: object, **more: object) -> object:
        if written:
            raise OSError(28, "No space left on device")
        written.append(1)
        return one(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(storing, "store_file", full)
    two = [("files", ("a.pdf", PDF, "application/pdf")), ("files", ("b.pdf", PDF, "application/pdf"))]
    answer = staff.post(f"{page}/record", data={**PAPER, "csrf": token_in(shown), "key": key_in(shown)}, files=two)
    assert answer.status_code == 500
    assert kept(site) == []
