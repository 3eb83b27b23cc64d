"""Which kinds of parts Word, Excel, LibreOffice and Google Docs write into a document without macros or objects (ECMA-376, part 1, 15.2).

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
    "|comments|commentsExtended|commentsIds|commentsExtensible|people|header|footer|printerSettings"
)
_SHEET = (
    "sheet.main|worksheet|chartsheet|sharedStrings|styles|calcChain|comments|table|tableSingleCells|pivotTable"
    "|pivotCacheDefinition|pivotCacheRecords|sheetMetadata|printerSettings|customProperty|revisionHeaders|revisionLog|userNames"
)
_EXCEL = (
    "threadedcomments|person|slicer|slicerCache|timeline|timelineCache|rdrichvalue|rdrichvaluestructure|rdrichvaluetypes"
    "|rdarray|richstyles|richvaluerel|supportingpropertybag|supportingpropertybagstructure|namedsheetviews|featurepropertybag"
)
_OTHER = (
    "extended-properties|custom-properties|customXmlProperties|theme|themeOverride|vmlDrawing|drawing|obfuscatedFont"
    r"|drawingml\.(?:chart|chartshapes|diagram(?:Data|Layout|Style|Colors))"
)
_PACKAGE = "relationships|core-properties|digital-signature-(?:origin|xmlsignature|certificate)"
_IMAGE = "png|x-png|jpe?g|pjpeg|gif|bmp|x-ms-bmp|tiff?|(?:x-)?emf|(?:x-)?wmf|svg|webp|vnd.ms-photo|x-icon|heic"
ALLOWED = re.compile(
    rf"(?:{re.escape(_DOC)}(?:wordprocessingml\.(?:{_WORD})|spreadsheetml\.(?:{_SHEET})|{_OTHER})"
    rf"|application/vnd\.openxmlformats-package\.(?:{_PACKAGE})"
    rf"|application/vnd\.ms-word\.(?:{_WORD})|application/vnd\.ms-excel\.(?:{_EXCEL})"
    r"|application/vnd\.ms-office\.(?:chartcolorstyle|chartstyle|chartex|drawingml\.diagramDrawing|classificationlabels"
    r"|DrsDiagram|user-?shapes)"
    rf"|application/(?:xml|inkml|x-fontdata|x-font-ttf|x-font-otf)|text/xml|font/(?:ttf|otf)|image/(?:{_IMAGE}))(?:\+xml)?",
    re.IGNORECASE,
)
FONTS = re.compile(r".*(?:obfuscatedfont|fontdata|font-ttf|font-otf|font/\w+)", re.IGNORECASE)

LOADING = frozenset(
    "attachedtemplate afchunk oleobject package control activexcontrolbinary vbaproject subdocument frame ctrlprop externallink"  # noqa: SIM905
    " externallinkpath externallinkstartup externallinkxlstartup xlpathmissing connections querytable mailmergesource"
    " mailmergeheadersource recipientdata webextension webextensiontaskpanes taskpanes wordvbadata keymapcustomizations"
    " xlmacrosheet xlintlmacrosheet dialogsheet dialog extensibility uicustomization extensibilityui volatiledependencies"
    " transform presetgraphic xmlmaps legacydiagramtext video audio media".split()
)
"""The end of the kind of a relation that brings in something which is run, asked for or opened by another program."""
LOADED = frozenset(
    "altChunk ddeLink oleLink externalBook externalLink macrosheet dialogsheet subDoc webPr dbPr olapPr oleObject OLEObject"  # noqa: SIM905
    " ocx customUI taskpane webextension".split()
)
"""Elements that do so, in whatever part."""
DRAWN = frozenset("script handler foreignObject iframe set animate".split())  # noqa: SIM905
"""Elements of a drawing that run, or could."""

NAMED = re.compile(
    r"/activex/|/embeddings/|/oleobject[^/]*$|/package[^/]*\.bin$|/customui/|/ctrlprops/|/externallinks/|/connections\.xml$"
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
