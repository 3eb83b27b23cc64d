"""What the parts of an Office package ask a program to do: entities, templates from elsewhere, DDE, objects of other programs."""

import re
import zipfile

HEAD, MOST = 64 << 10, 32 << 20
"""Bytes of a part in which its root element must begin; bytes of a part that are read for what it asks."""
EMBEDDED = re.compile(r"/activex/|/oleobject[^/]*\.bin$|/package[^/]*\.bin$|(^|/)customui/|/ctrlprops/", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")
_DTD = (b"<!DOCTYPE", b"<!ENTITY")
_TEMPLATE = re.compile(rb"attachedTemplate|/frame\"|/subDocument\"|oleObject")
_DDE = re.compile(rb"DDEAUTO|\bDDE\s|<ddeLink|<oleLink|ddeService", re.IGNORECASE)
_TEXTS = ("document.xml", "footnotes.xml", "endnotes.xml", "comments.xml", "settings.xml")


def parts_problem(package: zipfile.ZipFile) -> str | None:
    """``unsafe`` for entities, ``embedded`` for what calls another program or another place; None for nothing."""
    for entry in package.infolist():
        name = entry.filename.lower()
        if EMBEDDED.search(f"/{name}"):
            return "embedded"
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with package.open(entry) as part:
            head = part.read(HEAD)
            if _has_entities(head):
                return "unsafe"
            if _asks(name, head + (part.read(MOST) if _is_read(name) else b"")):
                return "embedded"
    return None


def _has_entities(head: bytes) -> bool:
    """A document type; also in UTF-16, and where no root element follows in reach."""
    plain = head.replace(b"\0", b"")
    return any(mark in plain for mark in _DTD) or (len(head) == HEAD and _ROOT.search(plain) is None)


def _is_read(name: str) -> bool:
    return (
        name.endswith(".rels")
        or name.endswith(_TEXTS)
        or "externallink" in name
        or "/header" in name
        or "/footer" in name
    )


def _asks(name: str, content: bytes) -> bool:
    if name.endswith(".rels"):
        return b'TargetMode="External"' in content and _TEMPLATE.search(content) is not None and _loads(content)
    return _is_read(name) and _DDE.search(_without_tags(content)) is not None


def _loads(content: bytes) -> bool:
    """Whether a relation that leads outside is one that is loaded by itself, not a link that a person follows."""
    relations = re.findall(rb"<Relationship\b[^>]*>", content)
    return any(b'TargetMode="External"' in each and _TEMPLATE.search(each) for each in relations)


def _without_tags(content: bytes) -> bytes:
    """The codes of fields, joined where they are cut into runs (``D`` ``DEAUTO``), and links of sheets to programs."""
    joined = re.sub(rb"</w:instrText>.{0,2000}?<w:instrText[^>]*>", b"", content, flags=re.DOTALL)
    found = b" ".join(a or b for a, b in re.findall(rb"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)\"", joined))
    links = b" ".join(re.findall(rb"<(?:ddeLink|oleLink)[^>]*", content))
    return found + b" " + links
