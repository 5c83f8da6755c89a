"""Deeds are tested on both databases, inside an application and without a request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from appeals import create_app
from appeals.db import db
from config import Settings


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The house on a fresh, seeded database."""
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
