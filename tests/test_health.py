"""Whoever watches learns in one look whether everything is there, and nothing about anybody."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from appeals import clock, create_app
from appeals.actions import leases
from appeals.db import db
from config import Settings


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def ready(house: Flask) -> tuple[int, dict[str, dict[str, object]]]:
    answer = house.test_client().get("/readyz")
    assert answer.content_type == "application/json"
    return answer.status_code, answer.get_json()["checks"]


def failing(house: Flask) -> set[str]:
    status, checks = ready(house)
    wrong = {name for name, check in checks.items() if not check["ok"]} - {"calendar"}
    assert status == (503 if wrong else 200)
    return wrong


def test_alive_needs_nothing(house: Flask) -> None:
    assert house.test_client().get("/healthz").data == b"ok\n"


def test_ready_means_that_the_scheduler_lives(house: Flask) -> None:
    assert failing(house) == {"scheduler"}
    leases.take("scheduler", "me", at=clock.now() - timedelta(minutes=4))
    assert failing(house) == {"scheduler"}
    leases.renew("scheduler", "me", at=clock.now() - timedelta(minutes=2))
    assert failing(house) == set()
    assert 119 <= ready(house)[1]["scheduler"]["heartbeat_age_seconds"] <= 130
    leases.renew("scheduler", "me", at=clock.now() + timedelta(days=1))
    assert failing(house) == {"scheduler"}


def test_another_schema_is_not_ready(house: Flask) -> None:
    leases.take("scheduler", "me", at=clock.now())
    db.session.execute(text("update alembic_version set version_num = '0000'"))
    db.session.commit()
    assert failing(house) == {"schema"}


def test_a_store_that_cannot_be_written_is_not_ready(house: Flask) -> None:
    leases.take("scheduler", "me", at=clock.now())
    folder = house.extensions["appeals.settings"].data_dir / "attachments"
    assert failing(house) == set()
    shutil.rmtree(folder)
    folder.write_text("a file where the folder should be")
    assert failing(house) == {"store"}


def test_a_calendar_that_ends_soon_warns_and_no_more(house: Flask) -> None:
    leases.take("scheduler", "me", at=clock.now())
    db.session.execute(text("update calendar_day set final = false"))
    db.session.commit()
    status, checks = ready(house)
    assert status == 200
    assert checks["calendar"] == {"ok": False, "final_for_days": 0}


def test_without_a_database_it_says_so_and_does_not_fall(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{missing}/x.db"))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["database"] == {"ok": False}
    assert list((tmp_path / "data" / "attachments").iterdir()) == []
