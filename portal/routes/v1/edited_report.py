"""A consolidated report that was worked on in Word: what differs in it, and the file that goes out instead of what was made."""

from typing import Annotated

from fastapi import Form, Request, Response

from obligations.services.context import Context
from obligations.services.reviewing.edited_report import LONGEST_REASON, EditedReport, drop_edited, keep_edited
from obligations.services.storage import store_file
from portal.asking import portal_of
from portal.routes.edited_report import checked
from portal.routes.report_templates import DOCX, docx_of
from portal.routes.v1.common import ACT, Once, Recorder, act, router_of
from portal.routes.v1.report_templates import Docx
from portal.storing import kept_if_used

router = router_of("periods")
AT = "/consolidations/{public_id}"
Why = Annotated[
    str, Form(max_length=LONGEST_REASON, description="Why it goes out although numbers differ; kept in the trail")
]


@router.post(f"{AT}/check", responses=ACT)
def check(request: Request, public_id: str, who: Recorder, file: Docx) -> EditedReport:
    """Numbers of a report worked on in Word that differ between its body and its annex; nothing is kept, no key is needed."""
    portal = portal_of(request)
    return checked(portal, who.name, public_id, docx_of(portal, [file])[1])


@router.post(f"{AT}/edited", responses=ACT)
def keep(request: Request, public_id: str, who: Recorder, once: Once, file: Docx, reason: Why = "") -> Response:
    """Keep it as what goes out. Checked first: while numbers differ and no `reason` is given, 422 names each of them."""
    portal = portal_of(request)
    named, content = docx_of(portal, [file])
    found = checked(portal, who.name, public_id, content)
    stored = store_file(portal.app.settings, content, named.name, DOCX)

    def do(ctx: Context) -> dict[str, object]:
        used.append(keep_edited(ctx, found, stored, reason))
        return {"period": found.period, "apart": found.apart}

    with kept_if_used(portal.app, [stored]) as used:
        return act(request, who, once, do)


@router.post(f"{AT}/edited/drop", responses=ACT)
def drop(request: Request, public_id: str, who: Recorder, once: Once) -> Response:
    """What was made here goes out after all."""
    return act(request, who, once, lambda ctx: {"period": drop_edited(ctx, public_id)})
