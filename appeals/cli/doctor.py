"""A look at the whole: does the record hold together? Exit 1 when something fails."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import func, select, text

from appeals import clock
from appeals.cli.output import as_json, print_json, progress
from appeals.db import db, session
from appeals.models import health
from appeals.models.audit import Event
from appeals.models.clearance import ClearanceFlow, ClearanceRun
from appeals.models.files import Attachment
from appeals.rules import stock

Check = tuple[str, bool, str]  # name, whether it holds, what was found
SLACK = timedelta(minutes=5)
MOST_NAMED = 5


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Check database, files, clock, scheduler and the last frozen cycle."""
    with progress("检查", 9) as step:
        found = []
        for check in checks():
            found.append(check)
            step()
    if as_json:
        print_json({"ok": all(ok for _, ok, _ in found),
                    "checks": {name: {"ok": ok, "found": said} for name, ok, said in found}})  # fmt: skip
    else:
        for name, ok, said in found:
            click.echo(f"{'正常' if ok else '异常'}\t{name}\t{said}")
    sys.exit(0 if all(ok for _, ok, _ in found) else 1)


def checks() -> Iterator[Check]:
    """Everything that is looked at, one after the other."""
    yield _schema()
    yield _integrity()
    yield _foreign_keys()
    yield from _files(current_app.extensions["appeals.settings"].data_dir / "attachments")
    yield _clock()
    yield _heartbeat()
    yield _stuck()
    yield _balance()


def _schema() -> Check:
    found, wanted = health.schema()
    return "schema", found == wanted, f"{found}"


def _integrity() -> Check:
    if db.engine.dialect.name != "sqlite":
        return "integrity", True, "PostgreSQL 以页校验和自查（pg_amcheck 可作全面检查）"
    said = [row[0] for row in session().execute(text("PRAGMA integrity_check(5)"))]
    return "integrity", said == ["ok"], "；".join(said)


def _foreign_keys() -> Check:
    """SQLite can be told to look away; PostgreSQL's constraints are either there and valid, or named here."""
    if db.engine.dialect.name == "sqlite":
        broken = [f"{row[0]}→{row[2]}" for row in session().execute(text("PRAGMA foreign_key_check"))]
    else:
        query = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        broken = [row[0] for row in session().execute(text(query))]
    return "foreign_keys", not broken, "；".join(sorted(set(broken))[:MOST_NAMED])


def _files(folder: Path) -> Iterator[Check]:
    """Every row has its file of the right size, and every file its row; a file just being kept may wait for it."""
    rows = dict(session().execute(select(Attachment.stored_name, Attachment.size)).all())
    lost = [name for name, size in rows.items() if not _has(folder / name, size)]
    yield "files", not lost, f"{len(rows)} 个附件，{len(lost)} 个缺失或大小不符"
    young = clock.now().timestamp() - SLACK.total_seconds()
    there = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    orphans = [path for path in there if path.name not in rows and path.stat().st_mtime < young]
    yield "orphans", not orphans, f"{len(orphans)} 个文件没有记录"


def _has(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _clock() -> Check:
    """No record was made later than now: else the clock went back, or goes wrong."""
    last = session().scalar(select(func.max(Event.recorded_at)))
    ahead = last is not None and last > clock.now() + SLACK
    return "clock", not ahead, f"最近一条记录 {last.astimezone(clock.SHANGHAI).isoformat()}" if last else "尚无记录"


def _heartbeat() -> Check:
    age = health.heartbeat_age(clock.now())
    return "scheduler", health.is_alive(age), "从未运行" if age is None else f"{age} 秒前有心跳"


def _stuck() -> Check:
    """Nothing has been due for an hour that the scheduler tries again and again without success; its log says why."""
    found = health.stuck(clock.now(), MOST_NAMED)
    return "stuck", not found, "、".join(found)


def _balance() -> Check:
    """The flows of the last frozen cycle: opening and what came equal what left and closing, for every line."""
    last = select(ClearanceRun.id).where(ClearanceRun.kind == "cycle").order_by(ClearanceRun.number.desc()).limit(1)
    flows = session().scalars(select(ClearanceFlow).where(ClearanceFlow.run_id.in_(last))).all()
    names = stock.Balance.__slots__
    wrong = [f.line for f in flows if not stock.Balance(*(getattr(f, name) for name in names)).holds]
    return "balance", not wrong, "、".join(wrong[:MOST_NAMED]) or f"{len(flows)} 行平衡"


COMMANDS = (doctor,)
