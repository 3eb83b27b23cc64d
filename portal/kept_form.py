"""A refused act shows its page again, the reason on top and every field as it was typed: nobody types twice for one wrong date.

The page is asked for as the browser would, and its form filled in: one way for all forms, none of which has to know of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from lxml import html
from lxml.html import HtmlElement
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal import texts_vi as texts
from portal.inside import open_inside
from reports.cleaning import clean

ASGI = ("type", "asgi", "http_version", "scheme", "server", "client", "root_path", "dondoc.actors")
"""What one request hands on to the next; who asks was read already."""
MOST_PAGES = 3
SHORTEST = 20
"""Characters of a text that is worth copying."""
FRESH = ("csrf", "key")
"""Hidden fields that the page itself renews."""
AS_THEY_ARE = ("hidden", "submit", "button", "file", "image", "reset")
PLACE, FIELD = "can-sua", "o-can-sua"


async def kept_page(
    request: Request, said: str, status: int = HTTPStatus.CONFLICT, fields: Sequence[str] = ()
) -> Response | None:
    """The page of a refused form; None where there is none, or where a program asked. ``fields``: those that are to be typed otherwise."""
    form = getattr(request, "_form", None)
    if request.method != "POST" or not isinstance(form, FormData) or "json" in request.headers.get("accept", ""):
        return None
    for path in _pages(request, form):
        shown = await _shown(request, path)
        filled = _filled(shown, request.url.path, form, said, fields) if shown is not None else None
        if filled is not None:
            return HTMLResponse(filled, status)
    return None


async def unread_page(request: Request, said: str) -> Response | None:
    """The page of a form whose body was too large to be read: only its address is known, and nothing of what was typed."""
    if request.method != "POST" or "json" in request.headers.get("accept", ""):
        return None
    for path in _pages(request, FormData()):
        shown = await _shown(request, path)
        marked = _filled(shown, request.url.path, None, said, ()) if shown is not None else None
        if marked is not None:
            return HTMLResponse(marked, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None


def typed_texts(request: Request) -> list[str]:
    """What was typed into a form that can no longer be sent, such as after the session's end: shown again, so that it can be copied."""
    form = getattr(request, "_form", None)
    if request.method != "POST" or not isinstance(form, FormData):
        return []
    said = (value for name, value in form.multi_items() if isinstance(value, str) and name not in FRESH)
    return [text for value in said if len(text := clean(value)) >= SHORTEST]


def _pages(request: Request, form: FormData) -> Iterator[str]:
    """Where the form may stand: where it or its address says itself, else above its address."""
    page, period = form.get("page") or request.query_params.get("page"), form.get("period")
    if isinstance(page, str) and page.startswith("/") and not page.startswith("//"):
        yield page
    if isinstance(period, str) and period.replace("-", "").replace("_", "").isalnum():
        yield f"/periods/{period}"
    parts = request.url.path.strip("/").split("/")
    for length in range(len(parts), max(len(parts) - MOST_PAGES, 0), -1):
        yield "/" + "/".join(parts[:length])


async def _shown(request: Request, path: str) -> str | None:
    """The text of a page as this asker sees it; None when there is no such page."""
    scope = {name: request.scope[name] for name in ASGI if name in request.scope}
    scope |= {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope["headers"] = [pair for pair in request.scope["headers"] if not pair[0].startswith(b"content-")]
    status, kind, body = await open_inside(request.app, scope)
    return body.decode() if status == HTTPStatus.OK and kind.startswith(b"text/html") else None


def _filled(page: str, action: str, form: FormData | None, said: str, fields: Sequence[str]) -> str | None:
    """``form`` None: what came was not read, so that its files are what is wrong with it, if it has any."""
    tree = html.document_fromstring(page)
    found = _form(tree, action, form)
    if found is None:
        return None
    if form is not None:
        _fill(tree, found, form)
    found.set("id", found.get("id") or PLACE)
    wrong = [
        field
        for field in found.iter("input", "textarea", "select")
        if (field.get("name") in fields if form is not None else field.get("type") == "file")
        and field.get("type") != "hidden"
    ]
    for field in wrong:
        field.set("aria-invalid", "true")
    if wrong:
        wrong[0].set("id", wrong[0].get("id") or FIELD)
    for details in found.iterancestors("details"):
        details.set("open", "")
    _say(tree, wrong[0] if wrong else found, said, _lost(form))
    return str(html.tostring(tree, encoding="unicode", doctype="<!doctype html>"))


def _lost(form: FormData | None) -> tuple[str, str]:
    """What has to be given anew, and the words of the way there."""
    if form is None:
        return texts.KEPT["unread"], texts.KEPT["to_form"]
    chosen = any(isinstance(value, UploadFile) and value.filename for _, value in form.multi_items())
    return texts.KEPT["files"] if chosen else "", texts.KEPT["way"]


def _form(tree: HtmlElement, action: str, form: FormData | None) -> HtmlElement | None:
    """The form that leads there; of several the one whose hidden fields are those that came, or else one that sends files."""
    several = [f for f in tree.iter("form") if f.get("method") == "post" and action in _leads_to(f)]

    def same(each: HtmlElement) -> int:
        if form is None:
            return sum(i.get("type") == "file" for i in each.iter("input"))
        hidden = (i for i in each.iter("input") if i.get("type") == "hidden" and i.get("name") not in FRESH)
        return sum(form.get(i.get("name") or "") == i.get("value") for i in hidden)

    return max(several, key=same, default=None)


def _leads_to(form: HtmlElement) -> set[str]:
    """Where the form goes, by itself or by one of its buttons."""
    said = [form.get("action"), *(button.get("formaction") for button in form.iter("button"))]
    return {address.partition("?")[0] for address in said if address}


def _fill(tree: HtmlElement, found: HtmlElement, form: FormData) -> None:
    typed: dict[str, list[str]] = defaultdict(list)
    for name, value in form.multi_items():
        if isinstance(value, str):
            typed[name].append(clean(value))
    outside = tree.xpath("//*[@form=$name]", name=found.get("id")) if found.get("id") else []
    for field in [*found.iter("input", "textarea", "select"), *outside]:
        name = field.get("name")
        if name and name not in FRESH:
            _set(field, typed[name])


def _set(field: HtmlElement, typed: list[str]) -> None:
    """One field as it was typed. ``typed``: what came under its name and was not given to another yet."""
    kind = (field.get("type") or "text").lower()
    if field.tag == "select":
        chosen = typed.pop(0) if typed else ""
        for option in field.iter("option"):
            _mark(option, "selected", on=(option.get("value") or (option.text or "").strip()) == chosen)
    elif field.tag == "textarea":
        field.text = "\n" + (typed.pop(0) if typed else "")  # a browser drops the first line break
    elif kind in ("checkbox", "radio"):
        _mark(field, "checked", on=(field.get("value") or "on") in typed)
    elif field.tag == "input" and kind not in AS_THEY_ARE:
        field.set("value", typed.pop(0) if typed else "")


def _mark(field: HtmlElement, attribute: str, *, on: bool) -> None:
    if on:
        field.set(attribute, "")
    else:
        field.attrib.pop(attribute, None)


def _say(tree: HtmlElement, place: HtmlElement, said: str, lost: tuple[str, str]) -> None:
    """The reason before everything else, where the focus goes, with the way to the field or the form."""
    summary = html.fromstring(
        '<section class="problems" role="alert" tabindex="-1" autofocus=""><h2></h2><p></p></section>'
    )
    summary[0].text, summary[1].text = texts.KEPT["title"], " ".join(part for part in (said, lost[0]) if part)
    way = html.fromstring(f'<p><a href="#{place.get("id")}"></a></p>')
    way[0].text = lost[1]
    summary.append(way)
    for main in tree.iter("main"):
        main.insert(0, summary)
    for title in tree.iter("title"):
        title.text = f"{texts.KEPT['title']} – {title.text or ''}"
