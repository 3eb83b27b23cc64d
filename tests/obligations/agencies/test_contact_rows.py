"""Files of contacts as people make them: every spreadsheet's habits are understood, every error names its line."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from obligations.rules.contact_rows import COLUMNS, address_for, columns_of, national, read_row
from obligations.rules.contact_words import HEADINGS, WORDS, Problem
from obligations.services.table_file import LARGEST, MOST_ROWS, TableError, read_table

GIVEN = dict(zip(COLUMNS, ("so-a", "clerk", "email", "vt@stc.vn", "Văn thư", "thông báo", "danh bạ"), strict=True))


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\r\n1,2\r\n",
        b"\xef\xbb\xbfa;b\n1;2\n",
        b"a\tb\n1\t2",
        b"sep=;\r\na;b\r\n1;2\r\n",
        "a;b\r\n1;2\r\n".encode("utf-16"),
        b"\r\n\r\na,b\r\n1,2\r\n",
        xlsx(["a", "b"], [1.0, "2"]),
        xlsx([None, None], ["a", "b"], [1, " 2 "]),
    ],
)
def test_one_table_however_it_was_saved(content: bytes) -> None:
    table = read_table(content)
    assert list(table.header) == ["a", "b"]
    ((line, cells),) = table.rows
    assert list(cells) == ["1", "2"]
    assert line == len(content.splitlines()) if content[:2] not in (b"PK", b"\xff\xfe") else line in (2, 3)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty", 0),
        (b" \n ,,\n", "empty", 0),
        ("mã,tên\nsở,văn thư".encode("cp1258", "replace") + b"\xd2\xf5", "encoding", 1),
        (b"a,b\n1,\xff\xff\n", "encoding", 2),
        (b'a,b\n1,"2\n3,4\n', "quotes", 2),
        (b"\xd0\xcf\x11\xe0rest", "old_excel", 0),
        (b"PK\x03\x04 no package", "broken_excel", 0),
        (b"a\0b", "binary", 0),
        (b"a" * (LARGEST + 1), "large", 0),
        (b"a,b\n" + b"1,2\n" * MOST_ROWS, "rows", MOST_ROWS + 1),
        (b",".join([b"x"] * 61), "columns", 1),
    ],
)
def test_what_cannot_be_read_says_why_and_where(content: bytes, code: str, line: int) -> None:
    with pytest.raises(TableError) as caught:
        read_table(content)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert Problem(line, code).english()
    assert Problem(line, code).vietnamese()


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * (60 << 20))
    with pytest.raises(TableError, match="large"):
        read_table(out.getvalue())


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    said = ""
    try:
        read_table(content)
    except TableError as error:
        said = error.code
    assert said in ("", *WORDS)


@given(st.lists(st.lists(st.text("aâ \t;,\"'\n09@.", max_size=8), min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_program_writes_comes_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["tiêu đề", "x", "y", "z"], *rows])
    table = read_table(out.getvalue().encode())
    wanted = [[" ".join(cell.split()) for cell in row] for row in rows]
    kept = [row for row in wanted if any(row)]
    assert [[*cells, *[""] * 4][:4] for _, cells in table.rows] == [[*row, *[""] * 4][:4] for row in kept]


def test_headings_in_either_language_and_any_order() -> None:
    english, _ = columns_of(COLUMNS)
    vietnamese, _ = columns_of([f" {HEADINGS[name].upper()} *" for name in COLUMNS])
    assert english == vietnamese == {name: place for place, name in enumerate(COLUMNS)}
    _, problems = columns_of(["Mã đơn vị", "code", "Kênh"])
    assert [p.code for p in problems] == ["twice_column", "missing_columns"]
    assert "audience, address, purpose, source" in problems[1].english()
    assert "Đối tượng" in problems[1].vietnamese()


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"audience": "Lãnh đạo", "channel": "Thư điện tử"}, []),
        ({"label": ""}, []),
        ({"audience": "boss"}, ["unknown_audience"]),
        ({"channel": "fax"}, ["unknown_channel"]),
        ({"purpose": "", "source": ""}, ["missing", "missing"]),
        ({"address": "a@b"}, ["email"]),
        ({"address": "a b@c.vn"}, ["email"]),
        ({"address": "a@b.vn;c@d.vn"}, ["email"]),
        ({"channel": "zalo", "address": "02213863000"}, ["mobile"]),
        ({"channel": "điện thoại", "address": "0221 386 3000"}, []),
        ({"channel": "điện thoại", "address": "123"}, ["phone"]),
        ({"source": "=HYPERLINK(1)"}, ["formula"]),
        ({"label": "x" * 201}, ["long"]),
    ],
)
def test_each_row_is_judged_whole(changed: dict[str, str], codes: list[str]) -> None:
    row, problems = read_row(7, GIVEN | changed)
    assert [p.code for p in problems] == codes
    assert (row is None) == bool(codes)
    for problem in problems:
        assert problem.english().startswith("line 7: ")
        assert problem.vietnamese().startswith("Dòng 7: ")
        assert "{" not in problem.english() + problem.vietnamese()


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "912345678", "84912345678", "+84 912 345 678", "0912.345.678", "912345678.0", "(091) 2345678"],
)
def test_a_number_is_one_number_however_it_is_written(typed: str) -> None:
    assert national(typed) == "0912345678"
    assert address_for("zns", typed) == ("0912345678", None)


@given(st.text(max_size=30))
def test_no_text_breaks_an_address(typed: str) -> None:
    for channel in ("email", "zns", "phone", "webhook"):
        kept, _ = address_for(channel, typed)
        assert isinstance(kept, str)
