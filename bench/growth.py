"""What pages and the empty tick cost as the stock grows: medians at each size, and ratios to the smallest."""

import argparse
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import stock
from flask import Flask
from sqlalchemy import insert, select

import config
from appeals import clock, create_app
from appeals.actions import accounts, seeding, timetable
from appeals.db import db, table
from appeals.models.appeal import Appeal
from appeals.models.figures import CYCLE, last
from appeals.models.people import SignIn, User

SIZES = (1_000, 100_000)
TARGETS = {"queue page": 1.2, "appeal page": 1.2, "scorecard page": 1.2}
Ask = Callable[[], None]


@contextmanager
def house(size: int, now: datetime, *, all_open: bool) -> Iterator[Flask]:
    """The program on a filled database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = config.Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/appeals.db",
                                   secret_key=secrets.token_hex(32))  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade(directory=str(config.ROOT / "migrations"))
            seeding.seed(at=now)
        started = time.perf_counter()
        stock.fill(app, size, now, all_open=all_open)
        took, kind = time.perf_counter() - started, "all open" if all_open else "with history, frozen"
        print(f"{size:>9,} {kind}: filled in {took:.0f} s", flush=True)
        yield app
        with app.app_context():
            db.engine.dispose()


def visitor(app: Flask, login: str, now: datetime) -> Any:
    """A signed-in browser."""
    token = secrets.token_urlsafe(32)
    with app.app_context():
        user = db.session.scalars(select(User).where(User.login == login)).one()
        row = {"token_hash": accounts.token_hash(token), "user_id": user.id, "started_at": now, "seen_at": now,
               "role": user.role, "unit_id": user.unit_id}  # fmt: skip
        db.session.execute(insert(table(SignIn)).values(row))
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


def pages(app: Flask, now: datetime) -> dict[str, Ask]:
    """What is measured, by name."""
    unit, office, leader = (visitor(app, login, now) for login in ("liaison", "coordinator", "leader"))
    with app.app_context():
        open_ = select(Appeal.number).where(Appeal.state == "in_hand").order_by(Appeal.id.desc())
        number = db.session.scalars(open_).first()
        cycle = last(CYCLE)
    return {
        "queue page": lambda: _get(unit, "/unit/"),
        "pile page": lambda: _get(office, "/coordination/"),
        "appeal page": lambda: _get(office, f"/coordination/{number}"),
        "scorecard page": lambda: _get(leader, f"/scorecards/cycles/{cycle}"),
        "leader's screen": lambda: _get(leader, "/scorecards/"),
        "search, in every appeal": lambda: _get(office, "/search?q=停电"),
        "search, in few": lambda: _get(office, f"/search?q={stock.RARE}"),
    }


def _get(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")


def tick(app: Flask, now: datetime) -> Ask:
    """A run of the timetable with nothing to do."""

    def run() -> None:
        with app.app_context():
            done = timetable.run_due(now)
            if done.appeals or done.frozen or done.failed:
                raise SystemExit(f"that was not empty: {done}")

    return run


def measure(asked: dict[int, Ask], times: int) -> dict[int, float]:
    """The median in milliseconds at each size; sizes take turns, so that a busy moment hits all of them."""
    took: dict[int, list[float]] = {size: [] for size in asked}
    for turn in range(times + 3):
        for size, ask in asked.items():
            began = time.perf_counter()
            ask()
            if turn >= 3:
                took[size].append((time.perf_counter() - began) * 1000)
    return {size: statistics.median(values) for size, values in took.items()}


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="also a million appeals: an hour")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--times", type=int, default=40)
    asked = parser.parse_args()
    sizes = [*asked.sizes, *([1_000_000] if asked.million else [])]
    now = clock.now()
    with ExitStack() as stack:
        measured = {size: pages(stack.enter_context(house(size, now, all_open=False)), now) for size in sizes}
        for name in measured[sizes[0]]:
            show(name, measure({size: measured[size][name] for size in sizes}, asked.times))
    with ExitStack() as stack:
        empty = {size: tick(stack.enter_context(house(size, now, all_open=True)), now) for size in sizes}
        show("empty tick, all open", measure(empty, asked.times))


def show(name: str, medians: dict[int, float]) -> None:
    """One line: milliseconds at each size and the ratio to the smallest."""
    base = medians[min(medians)]
    parts = [f"{size:>9,}: {value:7.2f} ms {value / base:5.2f}x" for size, value in medians.items()]
    worst, target = max(value / base for value in medians.values()), TARGETS.get(name)
    print(f"{name:24} {'   '.join(parts)}{'   TOO MUCH' if target and worst > target else ''}", flush=True)


if __name__ == "__main__":
    main()
