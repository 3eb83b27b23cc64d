"""Which kinds of parts Word, Excel, LibreOffice, WPS Office and Google write into a document without macros (ECMA-376, part 1, 15.2).

An allow-list: a kind that is not here is refused, so that one nobody thought of is not let in.
"""

import re

RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_DOC = "application/vnd.openxmlformats-officedocument."
MAIN = {".docx": f"{_DOC}wordprocessingml.document.main+xml", ".xlsx": f"{_DOC}spreadsheetml.sheet.main+xml"}
MACRO = re.compile(r"macroenabled|vbaproject|macrosheet|\.vbadata|keymapcustomizations", re.IGNORECASE)
"""Kinds that run code, whatever the part is called."""

_WORD = (
    "document.main|document.glossary|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|footnotes|endnotes"
    "|comments|commentsExtended|commentsIds|commentsExtensible|people|header|footer|printerSettings|mailMergeRecipientData"
)
_SHEET = (
    "sheet.main|worksheet|chartsheet|sharedStrings|styles|calcChain|comments|table|tableSingleCells|pivotTable"
    "|pivotCacheDefinition|pivotCacheRecords|sheetMetadata|printerSettings|customProperty|revisionHeaders|revisionLog|userNames"
    "|externalLink"
)
_EXCEL = (
    "threadedcomments|person|slicer|slicerCache|timeline|timelineCache|rdrichvalue|rdrichvaluestructure|rdrichvaluetypes"
    "|rdarray|richstyles|richvaluerel|(?:rd)?supportingpropertybag|(?:rd)?supportingpropertybagstructure|rdrichvaluewebimage"
    "|namedsheetviews|featurepropertybag|controlproperties|wsSortMap"
)
_OTHER = (
    "extended-properties|custom-properties|bibliography|customXmlProperties|theme|themeOverride|vmlDrawing|drawing|obfuscatedFont"
    r"|drawingml\.(?:chart|chartshapes|diagram(?:Data|Layout|Style|Colors))"
)
_PACKAGE = "relationships|core-properties|digital-signature-(?:origin|xmlsignature|certificate)"
_IMAGE = (
    r"png|x-png|jpe?g|pjpeg|gif|bmp|x-bmp|x-ms-bmp|x-windows-bmp|(?:x-)?tiff?|(?:x-)?emf|(?:x-)?wmf|x-emz|x-wmz|svg|webp"
    r"|vnd\.ms-photo|x-icon|hei[cf]|avif|jp2|jpx|(?:x-)?pict|(?:x-)?pcx"
)
ALLOWED = re.compile(
    rf"(?:{re.escape(_DOC)}(?:wordprocessingml\.(?:{_WORD})|spreadsheetml\.(?:{_SHEET})|{_OTHER})"
    rf"|application/vnd\.openxmlformats-package\.(?:{_PACKAGE})"
    rf"|application/vnd\.ms-word\.(?:{_WORD})|application/vnd\.ms-excel\.(?:{_EXCEL})"
    r"|application/vnd\.ms-office\.(?:chartcolorstyle|chartstyle|chartex|drawingml\.diagramDrawing|classificationlabels"
    r"|DrsDiagram|user-?shapes|intelligence2|documenttasks)|application/vnd\.wps-officedocument\.cellimage"
    rf"|application/(?:xml|inkml|binary|x-fontdata|x-font-ttf|x-font-otf|vnd\.ms-opentype)|text/xml|font/(?:ttf|otf|sfnt)"
    rf"|image/(?:{_IMAGE}))(?:\+xml)?",
    re.IGNORECASE,
)
"""``application/binary``: what Google Sheets keeps for itself."""
FONTS = re.compile(r".*(?:obfuscatedfont|fontdata|font-ttf|font-otf|opentype|font/\w+)", re.IGNORECASE)
PACKED = re.compile(r"image/x-[ew]mz|application/binary", re.IGNORECASE)
"""Kinds that may begin as gzip does: drawings which Word packs, and what Google keeps."""
WITHIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
"""Documents in a document: the figures behind a chart, a table pasted from Excel. Taken apart as the outer one is."""
PICTURED = "application/pdf"
"""A page as a picture, as Word for Mac keeps it."""
DRAWING = re.compile(r".*\bvmldrawing", re.IGNORECASE)

LOADING = frozenset(
    "afchunk control activexcontrolbinary vbaproject subdocument frame connections querytable webextension"  # noqa: SIM905
    " webextensiontaskpanes taskpanes wordvbadata keymapcustomizations xlmacrosheet xlintlmacrosheet dialogsheet dialog extensibility"
    " uicustomization extensibilityui volatiledependencies transform presetgraphic legacydiagramtext video audio media".split()
)
"""The end of the kind of a relation that brings in something which is run, asked for or opened by another program."""
LOADED = frozenset(
    "altChunk ddeLink oleLink macrosheet dialogsheet subDoc webPr dbPr olapPr ocx customUI taskpane webextension".split()  # noqa: SIM905
)
"""Elements that do so, in whatever part."""
OBJECTS = frozenset(("oleObject", "OLEObject"))
OBJECT = re.compile(r"(?:Excel\.(?:Sheet|Chart)|Word\.Document)(?:\.(?:8|12))?", re.IGNORECASE)
"""Objects that are documents: what they hold is a part, and looked at as such."""
OTHERS = "externalBook"
"""Figures taken from another workbook, which a program asks about before it fetches them."""
DRAWN = frozenset("script handler foreignObject iframe set animate".split())  # noqa: SIM905
"""Elements of a drawing that run, or could."""

NAMED = re.compile(
    r"/activex/|/embeddings/(?![^/]+\.(?:xlsx|docx)$)|/oleobject[^/]*$|/package[^/]*\.bin$|/customui/|/connections\.xml$"
    r"|/afchunk|/webextensions/|/querytables/",
    re.IGNORECASE,
)
PROGRAMS = tuple(
    ".zip .jar .rar .7z .cab .iso .img .vhd .gz .tar .docx .docm .dotx .dotm .doc .xlsx .xlsm .xlsb .xltx .xltm .xlam .xls .xll"  # noqa: SIM905
    " .pptx .pptm .ppsm .ppam .ppt .odt .ods .rtf .pdf .exe .com .scr .pif .cpl .dll .sys .msi .msp .msix .appx .js .jse .vbs .vbe"
    " .wsf .wsh .hta .htm .html .mht .mhtml .xhtml .chm .lnk .url .scf .reg .inf .bat .cmd .ps1 .psm1 .sh .py .php .pl .rb .apk"
    " .ocx .application .settingcontent-ms .library-ms .search-ms .iqy .slk .one".split()
)
MAGIC = (
    b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"MSCF", b"{\\rtf", b"%PDF", b"L\0\0\0\x01\x14\x02", b"\x1f\x8b", b"ITSF", b"<?php",
)  # fmt: skip
"""How programs, scripts, archives and other documents begin."""
