"""Where the relations of an Office package lead: what is fetched without a question is refused, what a person follows or agrees to is not.

ECMA-376, part 2, 6.5. Documents of offices are full of leftovers that lead to a drive of the writer's machine; they find
nothing on another one, and a document must not be refused for them. A share or another machine is a different matter: asking
it gives away who asks (the name and the password's digest of the reader).
"""

import re
from urllib.parse import unquote

from portal.office_types import LOADING

WEB = re.compile(r"(?:h[tp]{2,6}s?:|www\.|mailto:|tel:|sms:|fax:|callto:|ftps?:|zalo:|#|$)", re.IGNORECASE)
"""What a browser, a mail program or a telephone opens, with the usual slips of the finger (``htpp://``)."""
IDLE = re.compile(r"(?:javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?\s*;?|about:blank)", re.IGNORECASE)
"""Links of a copied page that do nothing."""
HOST = re.compile(r"[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+:\d{1,5}(?:/|$)|localhost:\d{1,5}(?:/|$)")
DRIVE = re.compile(r"(?:file:/{0,3})?[A-Za-z][:|](?:[\\/]|%5C|$)|file:/(?://)?(?=\w)", re.IGNORECASE)
"""A place on one's own machine: ``D:\\a``, ``file:///D:/a``, ``file:///home/a``; not ``file://server/a``."""
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|(?:[\\/]|%5C|%2F){2}", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\.(?:exe|scr|pif|cpl|dll|msi|js|jse|vbs|vbe|wsf|wsh|hta|lnk|url|reg|bat|cmd|ps1|jar|docm|dotm|xlsm|xlam|xll|sct|wsc|chm|hlp"
    r"|msc|inf|scf|iqy|slk|application|appref-ms|settingcontent-ms|library-ms|search-ms)(?:[\s\"?#]|[.\s]*$)",
    re.IGNORECASE,
)
_OTHERS = frozenset(
    "externallink externallinkpath externallinklongpath xlpathmissing xlstartup xlalternatestartup xllibrary".split()  # noqa: SIM905
)
"""Other workbooks whose figures are taken over: Excel asks before it looks there, whatever the address."""
_BORROWING = frozenset(("oleobject", "mailmergesource", "mailmergeheadersource"))
"""The figures of a chart, a table, the list of a mail merge, which stay where they were."""


def leads_near(target: str) -> bool:
    """Whether it is a place beside the document or on a drive of one's own machine, and no program."""
    drive = DRIVE.match(target)
    program = _PROGRAM.search(unquote(target)) or (drive and target.lower().endswith(".com"))  # ``gmail.com`` is none
    return bool(drive or not _ELSEWHERE.match(target)) and not program


def follows_well(target: str) -> bool:
    """Whether a person may follow it: a page, an address, a document at hand."""
    return bool(WEB.match(target) or IDLE.fullmatch(target) or HOST.match(target) or leads_near(target))


def relation_problem(kind: str, target: str, outside: bool) -> tuple[str | None, bool]:
    """The key of what is wrong, and whether the document asks for something of another file (which is said, not refused).

    ``kind``: the end of the relation's type, in lower case.
    """
    if kind in LOADING or "vba" in kind or "macro" in kind:
        return "macro" if "vba" in kind or "macro" in kind else "embedded", False
    elsewhere = outside or bool(_ELSEWHERE.match(target))
    near = leads_near(target) and ":" not in DRIVE.sub("", target, count=1)  # no second name behind the first
    if kind == "hyperlink":
        return (None if not elsewhere or follows_well(target) else "link"), False
    if not elsewhere and kind != "oleobject":
        return None, kind in _OTHERS
    borrows = kind in _OTHERS or (kind in _BORROWING and near) or (kind == "image" and bool(WEB.match(target)))
    taken = borrows or (kind in {"attachedtemplate", "image"} and near)
    return (None if taken and elsewhere else "embedded"), borrows
