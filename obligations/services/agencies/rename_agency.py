"""Renaming: the same body under a new name is a new agency from that day, so that what was sent keeps the name it had."""

import re
import unicodedata
from datetime import date

from sqlmodel import select

from models.alphabet import slug
from models.enums import SuccessionKind
from models.tables import Agency
from obligations.errors import WrongValue
from obligations.rules.successions import Step
from obligations.services.agencies.record_succession import Act, Recorded, preview_succession, record_succession
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code
from obligations.services.roster import successions_from


def rename_agency(
    ctx: Context,
    code: str,
    to_name: str,
    on: date,
    decision: str,
    *,
    short_name: str | None = None,
    to_code: str | None = None,
    scope: str = "",
    dry_run: bool = False,
) -> Recorded:
    """Give an agency another name from a day on. Refused when the name or the code is taken; twice changes nothing."""
    agency = agency_by_code(ctx, code)
    name = " ".join(unicodedata.normalize("NFC", to_name).split())
    if not name:
        raise WrongValue("new_name", "the new name is empty", "Cần ghi tên mới.")
    done = [s for s in successions_from(ctx, code) if s.on == on and s.kind == SuccessionKind.rename]
    heir = agency_by_code(ctx, done[0].to_code or "") if done else None
    if heir is not None and heir.name != name:
        raise WrongValue(
            "new_name",
            f"{code!r} is already renamed {heir.name!r} from {on}",
            f"Cơ quan này đã được đổi tên thành {heir.name} từ ngày {on:%d/%m/%Y}.",
        )
    point = ctx.session.begin_nested() if dry_run else None
    try:
        new = heir or _successor(ctx, agency, name, short_name, to_code or code_of(name), on)
        act = Act(Step(SuccessionKind.rename, (code,), (new.code,), on), decision, scope)
        return preview_succession(ctx, act) if dry_run else record_succession(ctx, act)
    finally:
        if point is not None:
            point.rollback()
            ctx.session.expire_all()


def found_agency(ctx: Context, like: str, name: str, on: date) -> Agency:
    """A body that begins on a day, of the kind, level and place of another; one founded alike before is that one."""
    model, plain = agency_by_code(ctx, like), " ".join(unicodedata.normalize("NFC", name).split())
    if not plain:
        raise WrongValue("new_name", "the new name is empty", "Cần ghi tên cơ quan mới.")
    same = select(Agency).where(Agency.name == plain, Agency.valid_from == on, Agency.code == code_of(plain))
    return ctx.session.exec(same).first() or _successor(ctx, model, plain, None, code_of(plain), on)


def code_of(name: str) -> str:
    """``Sở Nông nghiệp và Môi trường`` -> ``so-nong-nghiep-va-moi-truong``."""
    return slug(name)


def _successor(ctx: Context, agency: Agency, name: str, short_name: str | None, code: str, on: date) -> Agency:
    alike = ctx.session.exec(select(Agency).where(Agency.name == name)).all()
    for other in alike:
        if other.valid_to is None or other.valid_to >= on:
            raise WrongValue(
                "new_name",
                f"{other.code!r} is called {name!r} already, and still on {on}: their validity would overlap",
                f"Đã có cơ quan tên “{name}” đang hoạt động.",
            )
    taken = ctx.session.exec(select(Agency).where(Agency.code == code)).first()
    if taken is not None:
        raise WrongValue(
            "new_name",
            f"the code {code!r} is taken by {taken.name!r}; give another with --to-code",
            f"Mã “{code}” đã dùng cho {taken.name}; đề nghị dùng tên khác.",
        )
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > 120:  # noqa: PLR2004 - the column's width
        raise WrongValue(
            "new_name",
            f"{code!r} is not a code; write small letters, digits and single hyphens",
            "Tên này không tạo được mã cơ quan; đề nghị ghi tên có chữ.",
        )
    values = agency.model_dump(exclude={"id", "code", "name", "short_name", "valid_from", "valid_to"})
    new = Agency(**values, code=code, name=name, short_name=short_name or name, valid_from=on)
    ctx.session.add(new)
    ctx.session.flush()
    return new
