"""What differs between machines: read once from the environment, checked before anything starts."""

import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
MB = 1024 * 1024
# Five letters at least: a shorter word would turn up in a good random secret now and then.
KNOWN = ("change", "secret", "password", "default", "example", "sample", "insecure", "qwerty", "appeals",
         "123456789", "abcdefgh")  # fmt: skip
MEMORY = (None, "", ":memory:")
VANISHING = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - a restart may empty them


class Refused(Exception):
    """The settings are unsafe; `lines` says why, one problem a line, in Chinese and English."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(f"拒绝启动 / refused to start: {line}" for line in lines))
        self.lines = lines


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One instance of the program; two instances with different settings share nothing."""

    env: str = "development"
    data_dir: Path = ROOT / "var"
    database_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    port: int = 8000
    debug: bool = False
    filings_per_address: int = 200
    root: ClassVar[Path] = ROOT

    def __post_init__(self) -> None:
        """Fill what was left open. In production the address and the hosts stay empty: they must be said."""
        local = self.env != "production"
        data_dir = Path(self.data_dir).expanduser().absolute()
        base_url = (self.base_url or (f"http://127.0.0.1:{self.port}" if local else "")).rstrip("/")
        hosts = self.trusted_hosts or (("127.0.0.1", "localhost", _host(base_url)) if local else ())
        url = _database_url(self.database_url or f"sqlite:///{data_dir}/appeals.db")
        filled = {"data_dir": data_dir, "base_url": base_url, "trusted_hosts": hosts, "database_url": url}
        for name, value in filled.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables named in docs/operations.md. Never raises: `problems` tells what is wrong."""
        hosts = (host.strip().lower() for host in environ.get("APPEALS_TRUSTED_HOSTS", "").split(","))
        return cls(
            env=environ.get("APPEALS_ENV") or "development",
            data_dir=Path(environ.get("APPEALS_DATA_DIR") or ROOT / "var"),
            database_url=environ.get("APPEALS_DATABASE_URL", ""),
            secret_key=environ.get("APPEALS_SECRET_KEY", ""),
            base_url=environ.get("APPEALS_BASE_URL", ""),
            trusted_hosts=tuple(host for host in hosts if host),
            port=max(_whole(environ.get("PORT") or "8000"), 0),
            filings_per_address=_whole(environ.get("APPEALS_FILINGS_PER_ADDRESS") or "200"),
            debug=environ.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no"),
        )

    @property
    def https(self) -> bool:
        """Whether visitors come over TLS: decides the cookie's name and its Secure flag."""
        return self.base_url.startswith("https://")

    def problems(self) -> list[str]:
        """Why this instance must not start, one line each; empty when it may."""
        live, folder, file = self.env == "production", self.data_dir, _sqlite_file(self.database_url)
        plain = all("*" not in host and host == _host(f"//{host}") for host in self.trusted_hosts)
        usable = not folder.exists() or (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK))
        checks = {
            "APPEALS_ENV 只能是 development 或 production / must be development or production":
                self.env not in ("development", "production"),
            "PORT 应为 1–65535 的整数 / must be a whole number from 1 to 65535": not 1 <= self.port <= 65535,
            "APPEALS_FILINGS_PER_ADDRESS 应为整数，0 为不限 / must be a whole number, 0 for no limit":
                self.filings_per_address < 0,
            "APPEALS_DATABASE_URL 应为 sqlite:///… 或 postgresql+psycopg://… / must be one of these two":
                not self.database_url,
            "APPEALS_DATA_DIR 必须是可读写的目录 / must be a directory that this user may read and write": not usable,
            "APPEALS_DATA_DIR 他人可进入，请 chmod 700 / is open to others: chmod 700": live and _open(folder),
            "SQLite 数据库文件他人可读写，请 chmod 600 / the database file is open to others: chmod 600":
                live and file is not None and _open(file),
            "SQLite 数据库不得放在内存或临时目录 / must not live in memory or in a temporary directory":
                live and file is not None and any(file.resolve().is_relative_to(place) for place in VANISHING),
            "APPEALS_SECRET_KEY 没有设置 / is not set": live and not self.secret_key,
            "APPEALS_SECRET_KEY 太弱，请用至少 32 字节的随机值 / is weak: use at least 32 random bytes":
                live and self.secret_key != "" and _weak(self.secret_key),
            "FLASK_DEBUG 必须关闭 / must be off": live and self.debug,
            "APPEALS_TRUSTED_HOSTS 没有设置 / is not set": live and not self.trusted_hosts,
            "APPEALS_TRUSTED_HOSTS 只写域名，逗号分隔，不用通配符 / takes host names and commas, no wildcard":
                not plain,
            "APPEALS_BASE_URL 必须是 https:// 开头、不带路径的地址 / must be an https:// address without a path":
                live and (not _host(self.base_url) or self.base_url != f"https://{urlsplit(self.base_url).netloc}"),
            "APPEALS_BASE_URL 的域名不在 APPEALS_TRUSTED_HOSTS 之中 / its host is not among the trusted hosts":
                bool(live and plain and self.trusted_hosts and _host(self.base_url))
                and _host(self.base_url) not in self.trusted_hosts,
        }  # fmt: skip
        return [line for line, wrong in checks.items() if wrong]

    def check(self) -> None:
        """Make the data directory (0700) and go on, or raise Refused."""
        if lines := self.problems():
            raise Refused(lines)
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(self.data_dir.iterdir()):
            self.data_dir.chmod(0o700)  # only while empty: somebody else's folder keeps its mode

    @cached_property
    def secret(self) -> str:
        """The secret given, or in development the one kept in the data directory."""
        return self.secret_key or _kept_secret(self.data_dir / "secret_key")

    def key(self, purpose: str) -> bytes:
        """32 bytes of its own for each purpose (codes, rating links …), derived from the one secret."""
        return hmac.digest(self.secret.encode(), purpose.encode(), "sha256")

    def as_flask(self) -> dict[str, Any]:
        """The same in Flask's words, once it is safe. Raises Refused."""
        self.check()
        return {
            "SECRET_KEY": self.key("flask"),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {"json_serializer": _json},
            "TRUSTED_HOSTS": list(self.trusted_hosts),
            "PREFERRED_URL_SCHEME": "https" if self.https else "http",
            "MAX_CONTENT_LENGTH": 5 * 10 * MB + MB,  # five attachments, and the words beside them
            "MAX_FORM_MEMORY_SIZE": MB,
            "MAX_FORM_PARTS": 200,
            "FILINGS_PER_ADDRESS": self.filings_per_address,
            "SESSION_COOKIE_NAME": "__Host-appeals" if self.https else "appeals",
            "SESSION_COOKIE_SECURE": self.https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),
            "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, and our pages send none: a rating link is a key
            "WTF_CSRF_TIME_LIMIT": None,  # as long as its session: a form written slowly is not lost
        }


def _json(value: Any) -> str:
    """Chinese as it is: escaped, every character would take twice the room."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _host(url: str) -> str:
    with suppress(ValueError):
        return urlsplit(url).hostname or ""
    return ""


def _database_url(text: str) -> str:
    """The URL with the driver named and an SQLite path made absolute; empty when it is neither kind."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return ""
    if url.drivername == "sqlite":
        return text if url.database in MEMORY else f"sqlite:///{Path(str(url.database)).absolute()}"
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    return ""


def _sqlite_file(url: str) -> Path | None:
    """Where an SQLite database lives; None for PostgreSQL."""
    if not url.startswith("sqlite:"):
        return None
    name = make_url(url).database
    return Path("/dev/shm/memory" if name in MEMORY else str(name))  # noqa: S108


def _open(path: Path) -> bool:
    """Whether the world may do anything with it, or the group may write."""
    return path.exists() and bool(path.stat().st_mode & 0o027)


def _weak(secret: str) -> bool:
    """Short, of few different characters, a repeated pattern, or with a word everybody tries first."""
    repeated = any(secret.startswith(secret[shift:]) for shift in range(1, len(secret) // 2 + 1))
    short = len(secret.encode()) < 32 or len(set(secret)) < 8
    return short or repeated or any(word in secret.lower() for word in KNOWN)


def _kept_secret(path: Path) -> str:
    """The secret in this file, made once (0600); of several starting at once, all read the first one's."""
    if not path.exists():
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text().strip()
