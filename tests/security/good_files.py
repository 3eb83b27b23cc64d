"""Honest files with the parts that Word, Excel, WPS Office and Google are known to write, and leftovers common in offices.

Built when they are needed. What other programs wrote lies in ``data`` (see its README).
"""

import base64
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import openpyxl

from tests.security.corpus import PDF, PIXEL, REL, SHEET_TYPE, WORD_TYPE, W, package, relations, types

MS = "http://schemas.microsoft.com/office"
OD = "application/vnd.openxmlformats-officedocument"
SHEET_KIND = f"{OD}.spreadsheetml.sheet"
DOCUMENT = (
    f'<w:document xmlns:w="{W}" xmlns:r="{REL}" xmlns:o="urn:o" xmlns:v="urn:v"><w:body>{{}}</w:body></w:document>'
)
PLIST = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
    b'"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict/></plist>'
)
SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'
)
PICTURE = base64.b64decode(PIXEL)


@dataclass(frozen=True)
class Good:
    """One file that must be taken; ``borrows``: that it shows something of another file is said."""

    what: str
    name: str
    make: Callable[[], bytes]
    borrows: bool = False


@dataclass
class Parts:
    """Parts of a package with their kinds, as they are put together."""

    main: str = WORD_TYPE
    parts: dict[str, bytes] = field(default_factory=dict)
    kinds: str = ""

    def add(self, name: str, content: bytes, kind: str) -> "Parts":
        self.parts[name] = content
        self.kinds += f'<Override PartName="/{name}" ContentType="{kind}"/>'
        return self

    def default(self, suffix: str, kind: str) -> "Parts":
        self.kinds += f'<Default Extension="{suffix}" ContentType="{kind}"/>'
        return self

    def plain(self, name: str, content: bytes) -> "Parts":
        self.parts[name] = content
        return self

    def made(self) -> bytes:
        return package(self.parts, main=self.main, head=types(self.main, more=self.kinds))


def word_with(body: str = "<w:p/>") -> Parts:
    return Parts().plain("word/document.xml", DOCUMENT.format(body).encode())


def leads(kind: str, target: str, body: str = "<w:p/>", part: str = "document") -> bytes:
    return word_with(body).plain(f"word/_rels/{part}.xml.rels", relations(kind, target)).made()


def figures() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Số", 1])
    book.save(buffer)
    return buffer.getvalue()


def word_365() -> bytes:
    """Word of Microsoft 365, with comments, an icon, a sensitivity label, content controls and what its editor remembers."""
    made = word_with("<w:sdt><w:sdtContent><w:p><w:ins w:id='1'/><w:del w:id='2'/></w:p></w:sdtContent></w:sdt>")
    office = {
        "styles": "styles", "settings": "settings", "webSettings": "webSettings", "fontTable": "fontTable",
        "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes", "header1": "header", "footer1": "footer",
        "comments": "comments", "commentsExtended": "commentsExtended", "commentsIds": "commentsIds",
        "commentsExtensible": "commentsExtensible", "people": "people", "glossary/document": "document.glossary",
    }  # fmt: skip
    for name, kind in office.items():
        made.add(f"word/{name}.xml", b"<a/>", f"{OD}.wordprocessingml.{kind}+xml")
    made.add("word/stylesWithEffects.xml", b"<a/>", "application/vnd.ms-word.stylesWithEffects+xml")
    made.add("word/intelligence2.xml", b"<a/>", "application/vnd.ms-office.intelligence2+xml")
    made.add("word/documenttasks/documenttasks1.xml", b"<a/>", "application/vnd.ms-office.documenttasks+xml")
    made.add("docMetadata/LabelInfo.xml", b"<a/>", "application/vnd.ms-office.classificationlabels+xml")
    made.add("docProps/core.xml", b"<a/>", "application/vnd.openxmlformats-package.core-properties+xml")
    made.add("customXml/itemProps1.xml", b"<a/>", f"{OD}.customXmlProperties+xml").plain(
        "customXml/item1.xml", b"<?xml version='1.0' encoding='UTF8'?><b:Sources xmlns:b='u'/>"
    )
    made.default("svg", "image/svg+xml").default("emf", "image/x-emf").default("emz", "image/x-emz")
    made.default("odttf", f"{OD}.obfuscatedFont").default("jpeg", "image/jpeg").default("tmp", "image/png")
    made.plain("word/media/image1.svg", SVG).plain("word/media/image2.emf", b"\x01\0\0\0" + b"\0" * 99)
    made.plain("word/media/image3.emz", gzip.compress(b"\x01\0\0\0")).plain("word/media/image4.tmp", PICTURE)
    return made.plain("docProps/thumbnail.jpeg", b"\xff\xd8\xff").plain("word/fonts/font1.odttf", b"MZ\x01").made()


def word_chart() -> bytes:
    """A chart made in Word, with the workbook of its figures; another one pasted with its link kept."""
    made = word_with().default("xlsx", SHEET_KIND).add("word/charts/chart1.xml", b"<c/>", f"{OD}.drawingml.chart+xml")
    made.add("word/charts/chart2.xml", b"<c/>", f"{OD}.drawingml.chart+xml")
    made.add("word/charts/style1.xml", b"<c/>", "application/vnd.ms-office.chartstyle+xml")
    made.add("word/charts/colors1.xml", b"<c/>", "application/vnd.ms-office.chartcolorstyle+xml")
    made.plain(
        "word/charts/_rels/chart1.xml.rels", relations("package", "../embeddings/Microsoft_Excel_Worksheet.xlsx", "")
    )
    made.plain("word/charts/_rels/chart2.xml.rels", relations("oleObject", "file:///D:\\Bao%20cao\\so%20lieu.xlsx"))
    return made.plain("word/embeddings/Microsoft_Excel_Worksheet.xlsx", figures()).made()


def word_table() -> bytes:
    """A table pasted from Excel as an object."""
    body = '<w:p><w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12"/></w:object></w:r></w:p>'
    made = (
        word_with(body).default("xlsx", SHEET_KIND).plain("word/embeddings/Microsoft_Excel_Worksheet1.xlsx", figures())
    )
    rels = relations("package", "embeddings/Microsoft_Excel_Worksheet1.xlsx", "")
    return made.plain("word/_rels/document.xml.rels", rels).made()


def word_signed() -> bytes:
    """With a signature of the package itself."""
    kind = "application/vnd.openxmlformats-package.digital-signature"
    made = word_with().default("sigs", f"{kind}-origin").plain("_xmlsignatures/origin.sigs", b"")
    made.add(
        "_xmlsignatures/sig1.xml",
        b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>",
        f"{kind}-xmlsignature+xml",
    )
    return made.plain("_xmlsignatures/_rels/origin.sigs.rels", relations("signature", "sig1.xml", "")).made()


def word_mac() -> bytes:
    """A page kept as a picture, and what a program of Windows left in the rubbish."""
    made = (
        word_with().default("pdf", "application/pdf").default("pict", "image/pict").plain("word/media/image1.pdf", PDF)
    )
    return made.plain("word/media/image2.pict", b"\0" * 600).plain("[trash]/0000.dat", b"\0\0").made()


def word_merged() -> bytes:
    """What a mail merge leaves behind."""
    made = word_with().add("word/recipientData.xml", b"<a/>", f"{OD}.wordprocessingml.mailMergeRecipientData+xml")
    made.plain("word/_rels/settings.xml.rels", relations("mailMergeSource", "file:///D:\\Danh%20sach.xlsx"))
    return made.made()


def excel_365() -> bytes:
    """Excel of Microsoft 365 with pivots, slicers, threaded comments, form controls, printers and values of several kinds."""
    made = Parts(SHEET_TYPE).plain(
        "xl/workbook.xml",
        b"<workbook><definedNames><definedName name='cu' xlm='1'>#REF!</definedName></definedNames></workbook>",
    )
    for name in ("styles", "sharedStrings", "calcChain", "sheetMetadata", "table", "pivotTable", "pivotCacheDefinition",
                 "pivotCacheRecords", "comments", "chartsheet", "userNames", "revisionHeaders"):  # fmt: skip
        made.add(f"xl/{name}1.xml", b"<a/>", f"{OD}.spreadsheetml.{name}+xml")
    for name in ("slicer", "slicerCache", "timeline", "timelineCache", "threadedcomments", "person", "namedsheetviews",
                 "rdrichvalue", "rdrichvaluestructure", "rdrichvaluetypes", "richvaluerel", "featurepropertybag",
                 "controlproperties", "rdsupportingpropertybag", "rdrichvaluewebimage"):  # fmt: skip
        made.add(f"xl/ms/{name}1.xml", b"<a/>", f"application/vnd.ms-excel.{name}+xml")
    made.default("bin", f"{OD}.spreadsheetml.printerSettings").default("vml", f"{OD}.vmlDrawing")
    made.plain("xl/printerSettings/printerSettings1.bin", "Máy in tầng 2".encode("utf-16-le"))
    made.plain(
        "xl/ctrlProps/ctrlProp1.xml", b"<formControlPr objectType='CheckBox'/>"
    ).kinds += '<Override PartName="/xl/ctrlProps/ctrlProp1.xml" ContentType="application/vnd.ms-excel.controlproperties+xml"/>'
    made.plain("xl/xmlMaps.xml", b"<MapInfo/>").plain(
        "xl/_rels/workbook.xml.rels", relations("xmlMaps", "xmlMaps.xml", "")
    )
    made.plain("xl/worksheets/_rels/sheet1.xml.rels", relations("ctrlProp", "../ctrlProps/ctrlProp1.xml", ""))
    made.plain(
        "xl/drawings/vmlDrawing1.vml", b'<xml xmlns:v="u"><v:textbox><div>Ch\xe1\xbb\x8dn<br></div></v:textbox></xml>'
    )
    return made.made()


def excel_linked() -> bytes:
    """Figures taken over from a workbook on a share."""
    made = Parts(SHEET_TYPE).add(
        "xl/externalLinks/externalLink1.xml",
        b"<externalLink><externalBook/></externalLink>",
        f"{OD}.spreadsheetml.externalLink+xml",
    )
    rels = relations("externalLinkPath", "file:///\\\\may-chu\\chung\\tong-hop.xlsx")
    made.plain("xl/externalLinks/_rels/externalLink1.xml.rels", rels)
    return made.plain(
        "xl/_rels/workbook.xml.rels", relations("externalLink", "externalLinks/externalLink1.xml", "")
    ).made()


def excel_mac() -> bytes:
    made = Parts(SHEET_TYPE).default("bin", f"{OD}.spreadsheetml.printerSettings")
    return made.plain("xl/printerSettings/printerSettings1.bin", PLIST).made()


def wps_sheet() -> bytes:
    """WPS Office keeps pictures of cells in a part of its own."""
    made = Parts(SHEET_TYPE).add(
        "xl/cellimages.xml", b"<etc:cellImages xmlns:etc='u'/>", "application/vnd.wps-officedocument.cellimage+xml"
    )
    made.plain(
        "xl/_rels/workbook.xml.rels",
        relations("cellImage", "cellimages.xml", "").replace(REL.encode(), b"http://www.wps.cn/officeDocument/2020"),
    )
    return made.made()


def google_sheet() -> bytes:
    made = Parts(SHEET_TYPE).add("xl/metadata", gzip.compress(b"x"), "application/binary")
    rels = relations("workbookmetadata", "metadata", "").replace(
        REL.encode(), b"http://customschemas.google.com/relationships"
    )
    return made.plain("xl/_rels/workbook.xml.rels", rels).made()


def strict() -> bytes:
    """The strict kind of the format names its relations elsewhere."""
    rels = relations("officeDocument", "word/document.xml", "").replace(
        REL.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    return word_with().plain("_rels/.rels", rels).made()


def field(code: str) -> str:
    return f"<w:r><w:fldChar/></w:r><w:r><w:instrText> {code} </w:instrText></w:r><w:r><w:fldChar/></w:r>"


def empty_picture() -> bytes:
    """A white picture of some MB that packs to almost nothing."""
    return (
        word_with()
        .default("emf", "image/x-emf")
        .plain("word/media/image1.emf", b"\x01\0\0\0" + b"\xff" * (6 << 20))
        .made()
    )


LINKS = (
    "Phu%20luc%201.xlsx", "../Bao%20cao/a.docx", "file:///C:\\Users\\an\\a.docx", "file:///D:/a.pdf", "file:///home/an/a.odt",
    "D:\\bc\\a.docx", "www.hungyen.gov.vn", "htpp://hungyen.gov.vn", "hungyen.gov.vn:8080/a", "javascript:void(0)",
    "javascript:;", "about:blank", "tel:02213862345", "ftp://hungyen.gov.vn/a", "#muc-1", "a@gmail.com", "hungyen.com", "mailto:a@hungyen.gov.vn",
)  # fmt: skip
GOOD = [
    Good("Word 365", "a.docx", word_365),
    Good("a chart of Word", "a.docx", word_chart, borrows=True),
    Good("a table pasted from Excel", "a.docx", word_table),
    Good("a signature in the package", "a.docx", word_signed),
    Good("Word for Mac", "a.docx", word_mac),
    Good("leftovers of a mail merge", "a.docx", word_merged, borrows=True),
    Good("strict Word", "a.docx", strict),
    Good("an empty picture", "a.docx", empty_picture),
    Good("a template at hand", "a.docx", lambda: leads("attachedTemplate", "file:///C:\\Users\\an\\Templates\\Bao%20cao.dotx", part="settings")),
    Good("a picture on a drive", "a.docx", lambda: leads("image", "file:///C:\\Temp\\msohtmlclip1\\clip_image001.png")),
    Good("a picture of a page", "a.docx", lambda: leads("image", "https://hungyen.gov.vn/a.png"), borrows=True),
    Good("a table linked to a workbook", "a.docx", lambda: word_with(field('LINK Excel.Sheet.12 "D:\\\\bc\\\\a.xlsx" "S!R1C1" \\a \\f 5')).made(), borrows=True),
    Good("fields of every report", "a.docx", lambda: word_with(field("PAGE") + field('HYPERLINK "file:///D:\\\\a.docx"') + field('TOC \\o "1-3"') + field('INCLUDEPICTURE "file:///C:\\\\a.png"')).made()),
    Good("Excel 365", "a.xlsx", excel_365),
    Good("a workbook that knows another", "a.xlsx", excel_linked, borrows=True),
    Good("Excel for Mac", "a.xlsx", excel_mac),
    Good("WPS Spreadsheets", "a.xlsx", wps_sheet),
    Good("Google Sheets", "a.xlsx", google_sheet),
    *(Good(f"a link to {to}", "a.docx", lambda to=to: leads("hyperlink", to)) for to in LINKS),
]  # fmt: skip
