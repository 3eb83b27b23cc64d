"""What ``dondoc doctor --deploy`` says about who may get in."""

from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from models.tables import Account, AccountRole
from obligations.rules.rights import ADMINISTRATOR
from obligations.services.care.finding import Finding
from obligations.services.channels.channel_kit import hosts_of
from obligations.settings import Settings

_FACTOR = {"off": "đang tắt", "optional": "tùy từng người", "required": "bắt buộc"}


def check_accounts(session: Session) -> list[Finding]:
    """Somebody looks after accounts, and no sample account opens a public portal."""
    in_use = select(Account.name).where(col(Account.disabled_at).is_(None))
    real = in_use.where(col(Account.is_sample).is_(False))
    administers = real.join(AccountRole, col(AccountRole.account_id) == Account.id)
    keepers = session.exec(administers.where(AccountRole.role == ADMINISTRATOR)).all()
    samples = session.exec(in_use.where(col(Account.is_sample).is_(True))).all()
    return [
        Finding.seen(
            "administrator",
            "Người quản trị tài khoản",
            f"{len(keepers)} tài khoản có tên giữ vai trò quản trị" if keepers else "chưa có",
            well=bool(keepers),
            reason="missing",
            advice="chạy dondoc account add, hoặc dondoc account roles, với --role administrator",
        ),
        Finding.seen(
            "sample account",
            "Tài khoản mẫu",
            f"{samples[0]} đang dùng được" if samples else "không có",
            well=not samples,
            reason="usable",
            advice=f"chạy dondoc account disable {samples[0]} --reason ..." if samples else "",
        ),
    ]


def check_sign_in(settings: Settings) -> list[Finding]:
    """The second factor, and whether the province's provider may be asked at all."""
    found = [
        Finding.seen(
            "second factor",
            "Xác thực hai lớp",
            _FACTOR[settings.second_factor],
            well=settings.second_factor == "required",
            reason="optional",
            advice="đặt DONDOC_SECOND_FACTOR=required cho người quyết định, duyệt và quản trị",
        )
    ]
    if settings.oidc_issuer:
        host = urlsplit(settings.oidc_issuer).hostname or ""
        permitted = hosts_of(settings).permits(host)
        found.append(
            Finding.seen(
                "sign-in provider",
                "Hệ thống đăng nhập chung của tỉnh",
                f"{host}: {'được phép kết nối' if permitted else 'không có trong danh sách được phép kết nối'}",
                well=permitted,
                reason="not_allowed",
                advice=f"thêm {host} vào DONDOC_ALLOWED_HOSTS",
            )
        )
    return found
