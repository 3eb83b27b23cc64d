"""Đầu mối liên hệ: who is reached where, who would not be, and a file of addresses read before it is taken."""

import base64
import binascii

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.enums import Audience
from obligations.errors import NotFound, WrongValue
from obligations.services.agencies.agencies_view import agencies
from obligations.services.agencies.contact_health import contact_health
from obligations.services.agencies.contacts import (
    NewContact,
    add_contact,
    list_contacts,
    remove_contact,
    replace_contact,
    revive_contact,
)
from obligations.services.agencies.contacts_import import import_contacts, read_contacts
from obligations.services.agencies.contacts_template import write_template
from obligations.services.sending.deliver_claim import Only
from portal import texts_vi as texts
from portal.asking import Coordinator, RowNumber, portal_of
from portal.at_once import sends_at_once
from portal.forms import line, needed, uploads_of
from portal.gate import TypedForm
from portal.pages import attachment_headers, back, page
from portal.uploads import OOXML, clean_name

router = APIRouter(include_in_schema=False)
LARGEST = 700 << 10
"""Bytes of a file that the page carries from its preview to the confirmation; larger ones go by the command."""
FORMS = {"xlsx": OOXML[".xlsx"], "csv": "text/csv; charset=utf-8"}


@router.api_route("/contacts", methods=["GET", "HEAD"])
def shown(request: Request, who: Coordinator, agency: str = "") -> Response:
    """Everybody's addresses, masked; with one agency chosen also the forms."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return page(
            request,
            "contacts.html",
            health=contact_health(ctx),
            rows=list_contacts(ctx, agency or None),
            agencies=agencies(ctx, ctx.today),
            chosen=agency,
            form_channels=texts.CONTACT_CHANNEL,
        )


@router.api_route("/contacts/mau-dau-moi.{form}", methods=["GET", "HEAD"])
def template(request: Request, who: Coordinator, form: str) -> Response:
    """The file to be filled in."""
    portal = portal_of(request)
    if form not in FORMS:
        raise NotFound("no such format")
    with portal.app.read(portal.clock(), who.name) as ctx:
        content = write_template(ctx, form)
    return Response(content, media_type=FORMS[form], headers=attachment_headers(f"mau-dau-moi.{form}"))


@router.post("/contacts/import")
def preview(request: Request, who: Coordinator, form: TypedForm) -> Response:
    """Read a file and say what it would do; nothing is kept until it is confirmed."""
    files = uploads_of(form, "file")
    if not files:
        raise WrongValue("file", texts.CONTACT_FILE["none"])
    content, name = files[0].file.read(LARGEST + 1), clean_name(files[0].filename or "")
    if len(content) > LARGEST:
        raise WrongValue("file", texts.CONTACT_FILE["large"])
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        found = read_contacts(ctx, content)
    kept = "" if found.problems else base64.b64encode(content).decode()
    status = 422 if found.problems else 200
    return page(request, "contacts_preview.html", status=status, found=found, name=name, content=kept)


@router.post("/contacts/import/confirm")
def take(request: Request, who: Coordinator, form: TypedForm) -> Response:
    """Take the file that was previewed; it is read again, so whatever changed meanwhile counts."""
    given = form.get("content")
    try:
        content = base64.b64decode(given if isinstance(given, str) else "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise WrongValue("content", texts.CONTACT_FILE["none"]) from error
    portal, name = portal_of(request), needed(form, "name", "tên tệp")
    with portal.app.write(portal.clock(), who.name) as ctx:
        found = read_contacts(ctx, content)
        if not found.problems:
            import_contacts(ctx, name, content)
            return back("/contacts", "contacts-imported")
    return page(request, "contacts_preview.html", status=422, found=found, name=name, content="")


@router.post("/contacts/add")
def add(request: Request, who: Coordinator, form: TypedForm) -> Response:
    """One more address."""
    agency, audience = needed(form, "agency", "cơ quan, đơn vị"), line(form, "audience")
    channel = line(form, "channel")
    if audience not in set(Audience) or channel not in texts.CONTACT_CHANNEL:
        raise WrongValue("audience", texts.CONTACT_FILE["choice"])
    new = NewContact(
        Audience(audience),
        channel,
        needed(form, "address", "địa chỉ"),
        line(form, "label"),
        needed(form, "purpose", "mục đích"),
        needed(form, "source", "nguồn"),
    )
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        add_contact(ctx, agency, new)
    return back("/contacts", "contact-added")


@router.post("/contacts/{number}/remove")
def remove(request: Request, number: RowNumber, who: Coordinator, form: TypedForm) -> Response:
    """Out of use, such as on change of post."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        remove_contact(ctx, number, reason)
    return back("/contacts", "contact-removed")


@router.post("/contacts/{number}/replace")
def replace(request: Request, number: RowNumber, who: Coordinator, form: TypedForm) -> Response:
    """Another address in its place."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        replace_contact(ctx, number, needed(form, "address", "địa chỉ mới"), reason)
    response = back("/contacts", "contact-replaced")
    response.background = sends_at_once(portal, Only.asked)
    return response


@router.post("/contacts/{number}/revive")
def revive(request: Request, number: RowNumber, who: Coordinator, form: TypedForm) -> Response:
    """In use again, after a check."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        revive_contact(ctx, number, reason)
    return back("/contacts", "contact-revived")
