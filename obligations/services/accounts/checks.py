"""What ``dondoc doctor --deploy`` says about who may get in."""

from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from models.tables import Account, AccountRole
from obligations.rules.rights import ADMINISTRATOR
from obligations.services.channel_kit import hosts_of
from obligations.settings import Settings

Check = tuple[str, bool, str]
"""What was looked at, whether it is well, and what to do."""


def check_accounts(session: Session) -> list[Check]:
    """Somebody looks after accounts, and no sample account opens a public portal."""
    in_use = select(Account.name).where(col(Account.disabled_at).is_(None))
    real = in_use.where(col(Account.is_sample).is_(False))
    administers = real.join(AccountRole, col(AccountRole.account_id) == Account.id)
    keepers = session.exec(administers.where(AccountRole.role == ADMINISTRATOR)).all()
    samples = session.exec(in_use.where(col(Account.is_sample).is_(True))).all()
    return [
        (
            "administrator",
            bool(keepers),
            f"{len(keepers)} named accounts look after accounts"
            if keepers
            else "nobody does; dondoc account add, or roles, with --role administrator",
        ),
        (
            "sample account",
            not samples,
            f"{samples[0]} is in use; dondoc account disable {samples[0]} --reason ..." if samples else "none in use",
        ),
    ]


def check_sign_in(settings: Settings) -> list[Check]:
    """The second factor, and whether the province's provider may be asked at all."""
    found = [
        (
            "second factor",
            settings.second_factor == "required",
            f"DONDOC_SECOND_FACTOR is {settings.second_factor}; who decides and who administers should need one",
        )
    ]
    if settings.oidc_issuer:
        host = urlsplit(settings.oidc_issuer).hostname or ""
        found.append(
            (
                "sign-in provider",
                hosts_of(settings).permits(host),
                f"{host} must be in DONDOC_ALLOWED_HOSTS where that is set",
            )
        )
    return found
