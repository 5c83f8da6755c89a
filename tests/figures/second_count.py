"""Runs rates.sql on the database in use; no figure is reckoned here."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

SCRIPT = Path(__file__).with_name("rates.sql").read_text(encoding="utf-8")
WORDS = {
    "sqlite": {
        "seconds": r"CAST(strftime('%s', \1) AS INTEGER)",
        "moment": r"CAST(strftime('%s', \1) AS INTEGER)",
        "elements": r"json_each(\1)",
    },
    "postgresql": {
        "seconds": r"CAST(EXTRACT(EPOCH FROM \1) AS BIGINT)",
        "moment": r"CAST(EXTRACT(EPOCH FROM CAST(\1 AS TIMESTAMPTZ)) AS BIGINT)",
        "elements": r"json_array_elements(\1)",
    },
}
Counts = dict[str, dict[str, tuple[int, int, int]]]


def statements(dialect: str) -> list[str]:
    """The statements of the script in the words of one database."""
    script = re.sub(r"--[^\n]*", "", SCRIPT)
    for word, spelled in WORDS[dialect].items():
        script = re.sub(rf"\b{word}\(([^()]+)\)", spelled, script)
    return [each.strip() for each in script.split(";") if each.strip()]


def count(
    connection: Connection, p0: datetime, p1: datetime, f: datetime, office: str, struck_f: datetime | None = None
) -> Counts:
    """Line → key → (num, den, n) of every key with a base. The caller rolls back, and nothing is left behind.

    `struck_f` is the F of the next cycle; without it `f` stands for both.
    """
    bounds: dict[str, Any] = {name: _second(at) for name, at in (("p0", p0), ("p1", p1), ("f", f), ("struck_f", struck_f or f))}
    bounds["office"] = office
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL jit = off"))  # compiling takes longer than counting sixty appeals
    *making, last = statements(connection.dialect.name)
    for each in making:
        connection.execute(text(each), bounds if ":" in each else {})
    found: Counts = {}
    for line, key, num, den, n in connection.execute(text(last)):
        found.setdefault(line, {})[key] = (int(num), int(den), int(n))
    return found


def _second(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())
