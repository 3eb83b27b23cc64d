"""Settings: ``DONDOC_*`` variables or ``.env``; secrets also as ``*_FILE``. Table in docs/settings.md."""

import contextlib
import os
import secrets
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.kit import is_loopback
from notifications.zalo_oauth import OAUTH, ZaloApp
from obligations.errors import SettingsError

SECRET_FIELDS = (
    "database_url",
    "mail_url",
    "secret_key",
    "prefect_password",
    "webhook_url",
    "encryption_keys",
    "zalo_accounts",
    "channel_secrets",
    "bounce_url",
    "bounce_secret",
    "oidc_client_secret",
)


ZALO_PARTS = 3


class Settings(BaseSettings):
    """What an installation decides. Wrong values are refused at start with the name and the reason."""

    model_config = SettingsConfigDict(env_prefix="DONDOC_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Path("var")
    """Folder of all state."""
    database_url: str | None = None
    """Domain database; default SQLite in ``home``."""
    base_url: str = ""
    """Address of the portal as agencies see it; links and feed UIDs use it. Default the portal's port on loopback."""
    timezone: str = "Asia/Ho_Chi_Minh"
    mail_url: str | None = None
    """``vnmail://`` or ``vnmails://`` or any Apprise URL; unset = messages are recorded, not sent."""
    webhook_url: str | None = None
    """Receives messages of contacts with channel ``webhook``."""
    channels: str = ""
    """More channels: ``name=url`` separated by spaces."""
    zalo_accounts: str | None = None
    """``oa=app_id:app_secret:oa_secret``, separated by spaces: the applications that speak for official accounts."""
    zalo_oauth_url: str = OAUTH
    """Where tokens come from; another address only on this machine, for trying things out."""
    channel_secrets: str | None = None
    """``zalobot:<bot>=token`` and ``esms:<brand>=apikey:secretkey``, separated by spaces."""
    encryption_keys: str | None = None
    """Keys that seal tokens, newest first, separated by spaces; default a file in ``home`` made at first use."""
    allowed_hosts: str = ""
    """Hosts that anything may be sent to, separated by spaces; empty = those that the channels themselves name."""
    http_proxy: str | None = None
    """``http://host:port`` that HTTP channels go through."""
    bounce_url: str | None = None
    """Mailbox of bounces: ``imaps://user:password@host/INBOX`` or ``maildir:///path``."""
    bounce_secret: str | None = None
    """What a mail server's hook says in ``X-Bounce-Secret`` at ``/hooks/bounce``; unset = there is no such hook."""
    mail_from_name: str = "Thông báo tự động"
    mail_domain: str = "dondoc.example"
    """Domain of Message-ID and feed UID; must never change once in use."""
    reply_to: str | None = None
    landline: str | None = None
    unit: str = "Bộ phận theo dõi, tổng hợp"
    mail_per_minute: int = Field(default=20, ge=1, le=1_000_000)
    channel_order: str = "email zalooa zns esms"
    """Which channel is tried first, separated by spaces; only those that are configured are used."""
    fallback_after_hours: float = Field(default=4.0, ge=0.25, le=80)
    """Office hours a channel may fail to take a message before the next one is used."""
    zns_templates: str = ""
    """``before=12345 overdue=12346``: ids of the approved ZNS templates, by the names of ``dondoc notices zns``."""
    sms_diacritics: bool = False
    """SMS with Vietnamese marks: 70 characters a segment instead of 160."""
    zalo_per_minute: int = Field(default=3600, ge=1, le=4000)
    """Zalo itself refuses beyond 4,000."""
    mail_daily_cap: int = Field(default=2000, ge=1)
    daily_per_contact: int = Field(default=1, ge=1, le=20)
    """Reminders one contact gets on one day; the next waits for the following working day."""
    private_feeds: Literal["off", "lan", "on"] = "lan"
    """Whether agencies' own calendars are handed out: not at all, to the networks of ``lan_networks``, or to everybody."""
    lan_networks: str = "127.0.0.0/8 ::1/128 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"
    """Networks that count as inside, separated by spaces."""
    webhook_hosts: str = ""
    """Hosts that programs' webhooks may be sent to, separated by spaces; none by itself."""
    webhook_networks: str = ""
    """Networks those hosts may lead to besides public addresses, separated by spaces; none by itself."""
    attach_calendar: bool = False
    """Notices that bring a date carry it as an .ics file."""
    batch_notice_hours: int = Field(default=2, ge=0, le=6)
    """Working hours for which overdue notices are shown before they go at 14:00."""
    secret_key: str | None = None
    """Derives personal links; default a file in ``home`` made at first start."""
    portal_port: int = Field(default=8000, ge=1, le=65535)
    portal_processes: int = Field(default=2, ge=1, le=32)
    """How many processes answer for the portal, side by side on its port."""
    prefect_password: str | None = None
    """Asked by Prefect's interface and pages, from whoever is on the machine; unset = they are open to it."""
    prefect_port: int = Field(default=4200, ge=1, le=65535)
    culture_day: bool = False
    """24/11 as a public holiday; off until its enactment is recorded."""
    holidays_file: Path | None = None
    allow_as_of: bool = False
    upload_limit_mb: int = Field(default=20, ge=1, le=500)
    clamd: str = ""
    """Where ClamAV's daemon listens: ``tcp://host:port`` or ``unix:///path``; empty = uploads are not scanned."""
    portal_reach: Literal["unsaid", "internet", "tslcd"] = "unsaid"
    """Whether the portal opens outside the data network of the Party and State; every message says it (S8)."""
    code_days: int = Field(default=7, ge=1, le=60)
    """How long the short code of a message may be typed in place of its link."""
    session_hours: int = Field(default=8, ge=1, le=24)
    """A session ends after this, however busy it is."""
    idle_minutes: int = Field(default=60, ge=5, le=480)
    """A named account's session ends when it was not used for this long."""
    link_minutes: int = Field(default=15, ge=5, le=15)
    """How long a sign-in link sent by mail works (ASVS)."""
    new_links_per_hour: int = Field(default=3, ge=1, le=20)
    """Personal links that one contact may have sent to itself anew."""
    second_factor: Literal["off", "optional", "required"] = "optional"
    """One-time passwords; ``required``: of who decides, approves or looks after accounts."""
    lockout_failures: int = Field(default=5, ge=3, le=20)
    """Wrong second factors in a row after which an account waits."""
    lockout_minutes: int = Field(default=15, ge=1, le=1440)
    pg_bin: str = ""
    """Folder of ``pg_dump`` and ``pg_restore``, where they are not found by themselves; for an installation on PostgreSQL."""
    backup_days: int = Field(default=2, ge=1, le=366)
    """Days after which ``doctor`` warns that no backup was made."""
    drill_days: int = Field(default=90, ge=1, le=3660)
    """Days after which ``doctor`` warns that no restore drill succeeded."""
    oidc_issuer: str = ""
    """Whoever signs people in for the whole province (OpenID Connect); empty = nobody."""
    oidc_client_id: str = ""
    oidc_client_secret: str | None = None
    oidc_claim: str = "email"
    """What of the answer names the account: an address, compared with the account's, or else its name."""
    oidc_trust_email: bool = False
    """Take an address that the provider does not call verified."""
    oidc_name: str = "tài khoản dùng chung của tỉnh"
    """As the button says it: Đăng nhập bằng …"""

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: dict[str, object]) -> dict[str, object]:
        for name in SECRET_FIELDS:
            path = os.environ.get(f"DONDOC_{name.upper()}_FILE")
            if path and name not in values:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no time zone is called {name!r}; use a name such as Asia/Ho_Chi_Minh") from error
        return name

    @field_validator("lan_networks", "webhook_networks")
    @classmethod
    def _are_networks(cls, networks: str) -> str:
        for each in networks.split():
            try:
                ip_network(each)
            except ValueError as error:
                raise ValueError(f"{each!r} is no network; write it as 10.0.0.0/8") from error
        return networks

    @field_validator("clamd")
    @classmethod
    def _is_scanner(cls, address: str) -> str:
        parts = urlsplit(address)
        is_port = parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path
        if address and not is_port and not (parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1):
            raise ValueError("must be tcp://host:port or unix:///path of the socket")
        return address

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("zalo_oauth_url")
    @classmethod
    def _is_zalo_or_here(cls, url: str) -> str:
        if url != OAUTH and not is_loopback(urlsplit(url).hostname or ""):
            raise ValueError(f"must be {OAUTH} or an address of this machine")
        return url.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))):
            raise ValueError("must begin with https://, or be an address of this machine")
        return url

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("DONDOC_OIDC_ISSUER needs DONDOC_OIDC_CLIENT_ID")
        return self

    @model_validator(mode="after")
    def _portal_is_here(self) -> Self:
        if not self.base_url:
            object.__setattr__(self, "base_url", f"http://127.0.0.1:{self.portal_port}")
        return self

    @model_validator(mode="after")
    def _home_is_absolute(self) -> Self:
        object.__setattr__(self, "home", self.home.expanduser().resolve())
        return self

    @cached_property
    def database(self) -> str:
        """URL of the domain database."""
        return self.database_url or f"sqlite:///{self.home / 'dondoc.db'}"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The installation's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def key(self) -> bytes:
        """Secret that personal links derive from; created once, readable by the owner only."""
        if self.secret_key:
            return self.secret_key.encode()
        return _key_file(self.home / "secret.key")

    @cached_property
    def channel_urls(self) -> dict[str, str]:
        """Channel name to URL; a channel that is not configured records."""
        urls = {"email": self.mail_url or "record://", "webhook": self.webhook_url or "record://"}
        for pair in self.channels.split():
            name, found, url = pair.partition("=")
            if not found:
                raise SettingsError(f"DONDOC_CHANNELS: {pair!r} is not name=url")
            urls[name] = url
        return urls

    def zns_template(self, name: str) -> str:
        """The approved template's id; empty when there is none."""
        return self.zns_template_ids.get(name, "")

    def per_minute(self, channel: str) -> int:
        """How many messages a channel hands over a minute at most."""
        return self.zalo_per_minute if channel.startswith(("zalo", "zns")) else self.mail_per_minute

    @property
    def journal(self) -> Path:
        """Folder of what senders did (``sending_journal``)."""
        return self.home / "journal"

    @cached_property
    def zns_template_ids(self) -> dict[str, str]:
        """Our own name of a ZNS template to the id that Zalo gave it."""
        ids = {}
        for pair in self.zns_templates.split():
            name, found, number = pair.partition("=")
            if not found or not number.isalnum():
                raise SettingsError(f"DONDOC_ZNS_TEMPLATES: {pair!r} is not name=id")
            ids[name] = number
        return ids

    @property
    def allowed(self) -> frozenset[str] | None:
        """The list of hosts, with those that settings name for mail and tokens; None = no list."""
        listed = self.allowed_hosts.lower().split()
        return frozenset(listed) if listed else None

    def zalo_app(self, oa: str) -> ZaloApp:
        """The application that speaks for an official account; SettingsError when none is given."""
        for pair in (self.zalo_accounts or "").split():
            name, _, rest = pair.partition("=")
            if name == oa:
                parts = rest.split(":")
                if len(parts) != ZALO_PARTS or not all(parts):
                    raise SettingsError(f"DONDOC_ZALO_ACCOUNTS: {oa} is not oa=app_id:app_secret:oa_secret")
                return ZaloApp(oa, *parts)
        raise SettingsError(f"DONDOC_ZALO_ACCOUNTS names no official account {oa}")

    def channel_secret_of(self, name: str) -> str | None:
        """A secret by the name that a channel asks for."""
        pairs = (pair.partition("=") for pair in (self.channel_secrets or "").split())
        return next((value for key, _, value in pairs if key == name), None)

    @property
    def files(self) -> Path:
        """Folder of stored attachments and reports."""
        return self.home / "files"

    @property
    def prefect_api_url(self) -> str:
        """Where the Prefect API answers."""
        return os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{self.prefect_port}/api"


def _key_file(path: Path) -> bytes:
    """Read the key, making it first if need be; two processes starting at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_urlsafe(48).encode())
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)  # only the first of two gets its key in, and never a half-written one
        made.unlink()
    return path.read_bytes().strip()


def read_settings() -> Settings:
    """Settings from the environment; SettingsError names each wrong variable and the reason."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"DONDOC_{str(item['loc'][0]).upper() if item['loc'] else ''}: {item['msg']}" for item in error.errors()
        )
        raise SettingsError(problems) from error
    except OSError as error:
        raise SettingsError(f"a secret file cannot be read: {error}") from error
