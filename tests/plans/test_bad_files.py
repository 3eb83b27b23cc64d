import os
import time
from pathlib import Path

import pytest

from plans.checking import check_plan
from plans.errors import PlanFileError
from plans.reading import MAX_BYTES, read_plan, read_registry
from tests.plans.builders import PLAN, REGISTRY, write


def refused(path: Path) -> PlanFileError:
    with pytest.raises(PlanFileError) as caught:
        read_plan(path)
    assert caught.value.file == str(path)
    return caught.value


def refused_registry(folder: Path, text: str) -> PlanFileError:
    with pytest.raises(PlanFileError) as caught:
        read_registry(write(folder, text, "registry.yaml"))
    return caught.value


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_sample_files_are_sound(tmp_path: Path) -> None:
    plan, registry = read_plan(write(tmp_path, PLAN)), read_registry(write(tmp_path, REGISTRY, "registry.yaml"))
    assert check_plan(plan, registry) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "problem", "advice"),
    [
        ("receiver:", "reciever:", "obligations[bao-cao].reciever", "unknown key", "Did you mean 'receiver'?"),
        ("month: 11", "month: 13", "obligations[bao-cao].deadline.month", "less than or equal to 12", ""),
        ("day: 1\n", "day: 31\n", "obligations[bao-cao].deadline.day", "month 11 has no day 31", ""),
        ("day: 1\n", "day: true\n", "obligations[bao-cao].deadline.day", "valid integer", "whole number"),
        ("day: 1\n", "day: '1'\n", "obligations[bao-cao].deadline.day", "valid integer", "whole number"),
        ("issued_on: 2024-01-10", "issued_on: 2024-02-30", "issued_on", "valid date", "YYYY-MM-DD"),
        ("issued_on: 2024-01-10", "issued_on: 20240110", "issued_on", "YYYY-MM-DD", ""),
        ("issued_on: 2024-01-10", "issued_on: 10/01/2024", "issued_on", "YYYY-MM-DD", ""),
        ("number: 1/KH-UBND\n", "", "number", "this key is missing", "Add it."),
        ("number: 1/KH-UBND", "number: 1", "number", "valid string", "quotes"),
        (
            "kind: periodic",
            "kind: yearly",
            "obligations[bao-cao].kind",
            "'one_off', 'periodic' or 'standing'",
            "values listed",
        ),
        ("clauses: [V.b1]", "clauses: [V b1]", "obligations[bao-cao].clauses[0]", "pattern", "V.b4(a)"),
        ("clauses: [V.b1]", "clauses: []", "obligations[bao-cao].clauses", "at least 1 item", ""),
        ("basis: plan", "basis: internal", "obligations[bao-cao].deadline", "set_by, set_on, why must be given", ""),
        ("basis: plan", "basis: letter", "obligations[bao-cao].deadline", "basis_number, basis_on must be given", ""),
        ("freq: yearly", "freq: once", "obligations[bao-cao].deadline", "on must be given", ""),
        ("slug: ke-hoach-mau", "slug: ke-hoach-mau\nslug: khac", "slug", "given twice, first on line 1", "Keep one"),
        ("kind: periodic", "kind: standing", "obligations[bao-cao]", "cannot have a deadline", ""),
        ("issuer: UBND tỉnh", "issuer: UBND tỉnh\ntimezone: Asia/Hanoi", "timezone", "no time zone", ""),
        ("title: Kế hoạch mẫu", "title: !!python/name:os.system", "title", "tag", "Remove the tag."),
        ("title: Kế hoạch mẫu", "title: &a Kế hoạch", "title", "anchors and aliases", "Write the value out."),
    ],
)
def test_a_wrong_key_or_value_names_its_line(
    tmp_path: Path, old: str, new: str, key: str, problem: str, advice: str
) -> None:
    text = PLAN.replace(old, new, 1)
    error = refused(write(tmp_path, text))
    assert error.key == key
    assert problem in error.problem
    assert advice in error.advice
    assert error.advice
    assert f"{error.file}:{error.line}: {error.key}: {error.problem}. {error.advice}" == str(error)


def test_the_line_is_the_line_of_the_key(tmp_path: Path) -> None:
    text = PLAN.replace("month: 11", "month: 13")
    assert refused(write(tmp_path, text)).line == line_of(text, "month: 13")


def test_a_duplicate_key_names_the_second_line(tmp_path: Path) -> None:
    text = PLAN.replace("      op: before\n", "      op: before\n      op: by\n")
    error = refused(write(tmp_path, text))
    assert (error.line, error.key) == (line_of(text, "op: by"), "obligations[0].deadline.op")


def test_a_misspelt_required_key_is_told_by_its_own_line(tmp_path: Path) -> None:
    error = refused(write(tmp_path, PLAN.replace("issuer:", "isuer:")))
    assert (error.key, error.line, error.advice) == ("isuer", line_of(PLAN, "issuer:"), "Did you mean 'issuer'?")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    error = refused(write(tmp_path, PLAN.replace("month: 11", "month: 13").replace("issuer:", "isuer:")))
    assert sorted(e.key for e in (error, *error.others)) == ["issuer", "isuer", "obligations[bao-cao].deadline.month"]


@pytest.mark.parametrize("content", [b"", b"\n  \n", b"# only a comment\n", b"---\n", b"\xef\xbb\xbf", b"null\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    error = refused(path)
    assert (error.line, error.key, error.problem) == (1, "(file)", "the file is empty")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258", "latin-1"])
def test_a_wrong_encoding_names_the_line(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes("slug: mau\ntitle: Sở é\n".encode(encoding, errors="replace"))
    error = refused(path)
    assert error.line == (1 if encoding == "utf-16" else 2)
    assert "UTF-8" in error.problem + error.advice


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + PLAN.encode())
    assert read_plan(path).slug == "ke-hoach-mau"


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    error = refused(path)
    assert error.problem == f"the file has 50,000,000 bytes, more than {MAX_BYTES:,}"


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    error = refused(write(tmp_path, "\n".join(lines)))
    assert (error.line, error.key) == (1, "a")
    assert "aliases" in error.problem


def test_an_alias_without_its_anchor_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path, "title: *nowhere\n")).line == 1


@pytest.mark.parametrize("text", ["[" * 5000, "[" * 5000 + "]" * 5000, "- " * 5000, "{a: " * 5000])
def test_deep_nesting_is_refused_at_once(tmp_path: Path, text: str) -> None:
    assert refused(write(tmp_path, text)).advice


def test_hostile_text_of_the_greatest_size_is_refused_in_moments(tmp_path: Path) -> None:
    path = write(tmp_path, "- a\n" * (MAX_BYTES // 4))
    started = time.monotonic()
    assert "too many values" in refused(path).problem
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    "text",
    ["slug: [a, b", "slug: 'a", "a: b: c", "\tslug: a", "slug: a\n b: c", "%PDF-1.7", "\x00\x01", "{", "? [a]: b\n: c"],
)
def test_not_yaml(tmp_path: Path, text: str) -> None:
    error = refused(write(tmp_path, text))
    assert error.line >= 1
    assert error.advice


@pytest.mark.parametrize("text", ["just words", "- a\n- b", "42"])
def test_yaml_that_is_no_mapping(tmp_path: Path, text: str) -> None:
    assert "key: value" in refused(write(tmp_path, text)).problem


def test_two_documents_are_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path, PLAN + "---\na: b\n")).problem == "a second document begins here"


def test_a_missing_file_a_folder_and_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path / "none.yaml", tmp_path, pipe):
        assert refused(path).problem == "there is no such file"


def test_a_duplicate_code_names_both_lines(tmp_path: Path) -> None:
    second = PLAN[PLAN.index("  - code") : PLAN.index("outline:")].replace("V.b1", "V.b2")
    text = PLAN.replace("outline:", second + "outline:")
    error = refused(write(tmp_path, text))
    assert error.key == "obligations[bao-cao].code"
    assert error.line == text[: text.rindex("- code: bao-cao")].count("\n") + 1
    assert error.problem == "duplicate obligation code 'bao-cao', first on line 8"


def test_one_citation_cannot_make_two_reminder_streams(tmp_path: Path) -> None:
    second = PLAN[PLAN.index("  - code") : PLAN.index("outline:")].replace("bao-cao", "bao-cao-2")
    assert (
        "duplicate citation 'V.b1'" in refused(write(tmp_path, PLAN.replace("outline:", second + "outline:"))).problem
    )


@pytest.mark.parametrize(
    ("extra", "key", "problem"),
    [
        ("    outline: [III.9.b9]\n", "obligations[bao-cao].outline[0]", "no outline item has the id 'III.9.b9'"),
        ("    consolidates: khac\n", "obligations[bao-cao].consolidates", "unknown obligation 'khac'"),
        ("    consolidates: bao-cao\n", "obligations[bao-cao].consolidates", "consolidates itself"),
        ("    opens: {month: 12, day: 1}\n", "obligations[bao-cao].opens", "opens after it is due (2024-11-01)"),
        ("    opens: {month: 10}\n", "obligations[bao-cao].opens", "either month and day, or on"),
        (
            "    ended_by: {document: KH 2, on: 2023-01-01}\n",
            "obligations[bao-cao].ended_by.on",
            "before the document was issued",
        ),
        ("    reminders: [{code: T-7, days: 7}]\n", "obligations[bao-cao].reminders[0]", "do not agree"),
        (
            "    reminders: [{code: T0}, {code: T0}]\n",
            "obligations[bao-cao].reminders[1].code",
            "duplicate reminder step",
        ),
        ("    reminders: [{code: T+7, days: 7, audience: leader}]\n", "obligations[bao-cao].reminders[0]", "draft"),
        ("    reminders: [{code: H-4, hours: -2}]\n", "obligations[bao-cao].reminders[0]", "do not agree"),
        ("    reminders: [{code: H-4}]\n", "obligations[bao-cao].reminders[0]", "do not agree"),
        ("    reminders: [{code: T0, hours: 0}]\n", "obligations[bao-cao].reminders[0]", "do not agree"),
        (
            "    stop: {after_days: 5}\n",
            "obligations[bao-cao].reminders[5]",
            "step T+7 comes after chasing has stopped, 5 days after the due day",
        ),
        (
            "    stop: {notices: 1}\n    reminders: [{code: T+1, days: 1}, {code: T+5, days: 5}]\n",
            "obligations[bao-cao].stop.notices",
            "2 steps after the due day (T+1, T+5), but at most 1",
        ),
        ("    stop: {}\n", "obligations[bao-cao].stop", "give after_days or notices"),
        ("    stop: {after_days: 0}\n", "obligations[bao-cao].stop.after_days", "greater than or equal to 1"),
        ("    urgency: khan\n", "(file)", "bao-cao: only a request has an urgency"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path: Path, extra: str, key: str, problem: str) -> None:
    error = refused(write(tmp_path, PLAN.replace("    deadline:\n", extra + "    deadline:\n")))
    assert error.key == key
    assert problem in error.problem


def test_a_request_is_made_by_its_command_and_not_from_a_file(tmp_path: Path) -> None:
    once = "deadline: {freq: once, op: by, on: 2024-12-01, time: '10:00', phrase: x, basis: plan}\n"
    text = (
        "kind: request\n"
        + PLAN[: PLAN.index("deadline:")].replace("periodic", "one_off")
        + "urgency: khan\n    "
        + once
    )
    error = refused(write(tmp_path, text))
    assert (error.key, error.line) == ("kind", 1)
    assert "dondoc request" in error.advice
    for missing in ("urgency: khan\n    ", ", time: '10:00'"):
        assert "an urgency and a deadline" in refused(write(tmp_path, text.replace(missing, ""))).problem


def test_hours_may_be_counted_from_an_hour_in_any_plan(tmp_path: Path) -> None:
    steps = "    reminders: [{code: H-4, hours: -4}, {code: T-1, days: -1}]\n"
    plan = read_plan(write(tmp_path, PLAN.replace("    deadline:\n", steps + "    deadline:\n")))
    assert [(s.code, s.hours) for s in plan.obligations[0].reminders] == [("H-4", -4), ("T-1", None)]


def test_a_deadline_before_the_plan_is_impossible(tmp_path: Path) -> None:
    once = "deadline: {freq: once, op: by, on: 2023-12-01, phrase: x, basis: plan}\n"
    text = PLAN[: PLAN.index("deadline:")].replace("periodic", "one_off") + once
    error = refused(write(tmp_path, text))
    assert (error.key, error.line) == ("obligations[bao-cao].deadline.on", line_of(text, "deadline:"))
    assert "impossible date" in error.problem


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [("[cac-so]", "[cac-xo]", "assigned_to[0]"), ("receiver: tong-hop", "receiver: cac-so", "receiver")],
)
def test_an_unknown_agency_is_found_against_the_registry(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = PLAN.replace(old, new)
    path = write(tmp_path, text)
    (error,) = check_plan(read_plan(path), read_registry(write(tmp_path, REGISTRY, "registry.yaml")))
    assert (error.file, error.line, error.key) == (str(path), line_of(text, new), f"obligations[bao-cao].{key}")
    assert "unknown agency, group or role" in error.problem
    assert error.advice


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("to: [so-b]", "to: [so-c]", "successions[0].to[0]", "unknown agency 'so-c'"),
        ("on: 2025-01-01", "on: 2024-12-31", "successions[0].from[0]", "not valid until the day before"),
        ("valid_from: 2025-01-01", "valid_from: 2025-02-01", "successions[0].to[0]", "does not exist on 2025-01-01"),
        ("kind: rename", "kind: split", "successions[0]", "kind split does not fit 1 -> 1"),
        ("to: [so-b]", "to: [so-a]", "successions[0]", "'so-a' gives way to itself"),
        ("from: [so-a]", "from: [so-a, so-a]", "successions[0]", "stands twice on the same side"),
        ("valid_to: 2024-12-31", "valid_to: 2101-12-31", "agencies[so-a]", "validity lies outside 1900-2100"),
        ("valid_to: 2024-12-31", "valid_to: 2019-12-31", "agencies[so-a]", "valid_to lies before valid_from"),
        ("code: so-b,", "code: so-a,", "agencies[so-a].code", "duplicate code 'so-a'"),
        ("code: cac-so", "code: so-a", "groups[so-a].code", "duplicate code 'so-a'"),
        (
            "select: {kind: government, level: province}",
            "members: [so-x]",
            "groups[cac-so].members[0]",
            "unknown agency",
        ),
        ("select: {kind: government, level: province}", "members: []", "groups[cac-so]", "either members or select"),
        ("to: 2024-12-31}", "to: 2025-12-31}", "roles[tong-hop].holders[0]", "does not exist over the whole time"),
        (
            "- {agency: so-b, from: 2025-01-01}",
            "- {agency: so-a, from: 2024-06-01, to: 2024-12-31}",
            "roles[tong-hop].holders[1].from",
            "two holders",
        ),
        (
            "groups:",
            "communes: {package: vietnam-provinces, province_code: 3, valid_from: 2025-07-01, confidence: H, source: x}\ngroups:",
            "communes.province_code",
            "no province has the code 3",
        ),
    ],
)
def test_a_registry_that_does_not_hold_together(tmp_path: Path, old: str, new: str, key: str, problem: str) -> None:
    errors = refused_registry(tmp_path, REGISTRY.replace(old, new, 1))
    assert key in [e.key for e in (errors, *errors.others)]
    assert problem in " ".join(e.problem for e in (errors, *errors.others))


def test_an_agency_gives_way_once(tmp_path: Path) -> None:
    again = "  - {from: [so-a], to: [so-b], on: 2025-01-01, kind: merge, confidence: H}\n"
    errors = refused_registry(tmp_path, REGISTRY.replace("groups:", again + "groups:"))
    assert "'so-a' gives way twice" in " ".join(e.problem for e in (errors, *errors.others))


def test_one_name_belongs_to_one_agency_at_a_time(tmp_path: Path) -> None:
    text = REGISTRY.replace("name: Sở B", "name: Sở A", 1)
    read_registry(write(tmp_path, text, "registry.yaml"))  # the one ends the day before the other begins
    overlapping = text.replace("valid_to: 2024-12-31", "valid_to: 2025-12-31", 1)
    errors = refused_registry(tmp_path, overlapping)
    assert "their validity overlaps from 2025-01-01" in " ".join(e.problem for e in (errors, *errors.others))


def test_a_cyclic_succession_is_refused(tmp_path: Path) -> None:
    back = "  - {from: [so-b], to: [so-a], on: 2026-01-01, kind: rename, confidence: H}\n"
    text = REGISTRY.replace("groups:", back + "groups:")
    error = refused_registry(tmp_path, text)
    cyclic = [e for e in (error, *error.others) if "cyclic succession" in e.problem]
    assert [(e.key, e.line) for e in cyclic] == [
        ("successions[0].from[0]", line_of(text, "- {from: [so-a]")),
        ("successions[1].from[0]", line_of(text, "- {from: [so-b]")),
    ]
