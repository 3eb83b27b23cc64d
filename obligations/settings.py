"""Settings: ``DONDOC_*`` variables or ``.env``; secrets also as ``*_FILE``. Table in docs/settings.md."""

import contextlib
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from obligations.errors import SettingsError

SECRET_FIELDS = ("database_url", "mail_url", "secret_key", "webhook_url")


class Settings(BaseSettings):
    """What an installation decides. Wrong values are refused at start with the name and the reason."""

    model_config = SettingsConfigDict(env_prefix="DONDOC_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Path("var")
    """Folder of all state."""
    database_url: str | None = None
    """Domain database; default SQLite in ``home``."""
    base_url: str = "http://127.0.0.1:8000"
    """Address of the portal as agencies see it; links and feed UIDs use it."""
    timezone: str = "Asia/Ho_Chi_Minh"
    mail_url: str | None = None
    """``vnmail://`` or ``vnmails://`` or any Apprise URL; unset = messages are recorded, not sent."""
    webhook_url: str | None = None
    """Receives messages of contacts with channel ``webhook``."""
    channels: str = ""
    """More channels: ``name=url`` separated by spaces."""
    mail_from_name: str = "Thông báo tự động"
    mail_domain: str = "dondoc.example"
    """Domain of Message-ID and feed UID; must never change once in use."""
    reply_to: str | None = None
    landline: str | None = None
    unit: str = "Bộ phận theo dõi, tổng hợp"
    mail_per_minute: int = Field(default=20, ge=1, le=100_000)
    mail_daily_cap: int = Field(default=2000, ge=1)
    daily_per_contact: int = Field(default=1, ge=1, le=20)
    """Reminders one contact gets on one day; the next waits for the following working day."""
    batch_notice_hours: int = Field(default=2, ge=0, le=6)
    """Working hours for which overdue notices are shown before they go at 14:00."""
    secret_key: str | None = None
    """Derives personal links; default a file in ``home`` made at first start."""
    portal_port: int = Field(default=8000, ge=1, le=65535)
    prefect_port: int = Field(default=4200, ge=1, le=65535)
    culture_day: bool = False
    """24/11 as a public holiday; off until its enactment is recorded."""
    holidays_file: Path | None = None
    allow_as_of: bool = False
    upload_limit_mb: int = Field(default=20, ge=1, le=500)
    session_hours: int = Field(default=8, ge=1, le=24)

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

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")

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
