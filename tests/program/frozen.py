"""What a database has frozen, as plain values that may be compared between sites: no ids, no moments of writing."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.program.site import wait_until

ROWS = {
    "rates": "select c.number, r.of_number, r.line, r.key, r.num, r.den, r.n from clearance_rate r",
    "items": "select c.number, r.line, r.key, a.number, r.num, r.excluded_by from clearance_item r",
    "entries": "select c.number, r.line, a.number, r.due, r.cleared, r.kept, r.old_debt, r.shelved_at_due, "
               "r.shelved_now, r.excluded_by, r.booked from clearance_entry r",
}  # fmt: skip
RUNS = """
    select c.kind, c.number, c.facts_sha256, c.figures_sha256, b.facts, b.figures
    from clearance_run c join frozen_block b on b.run_id = c.id order by c.kind, c.number
"""
HELD = """
    select count(*) from pg_locks l
    join pg_class c on c.oid = l.relation and c.relname = 'clearance_run'
    join pg_database d on d.oid = l.database and d.datname = current_database()
    where l.mode = 'RowExclusiveLock'
"""


class Database:
    """A look into a site's database from outside, with a connection of its own each time."""

    def __init__(self, url: str) -> None:
        """Nothing is opened yet."""
        self.url = url
        self._engine = sa.create_engine(url, poolclass=sa.NullPool)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

    def value(self, query: str, **values: Any) -> Any:
        """The one value of a query; None without a row."""
        return next((row[0] for row in self.rows(query, **values)), None)

    def cycles(self) -> list[int]:
        """The numbers of the frozen cycles."""
        return [row[0] for row in self.rows("select number from clearance_run where kind = 'cycle' order by number")]

    def await_cycle(self, number: int, log: Path | None = None) -> None:
        """Return when the cycle is frozen."""
        wait_until(lambda: number in self.cycles(), f"cycle {number} is frozen", log)

    def await_run(self, since: datetime, log: Path | None = None) -> None:
        """Return when a scheduler has been through everything that was due at `since`."""

        def ran() -> bool:
            at = self.value("select ran_at from lease")
            known = datetime.fromisoformat(at) if isinstance(at, str) else at
            return known is not None and (known if known.tzinfo else known.replace(tzinfo=UTC)) >= since

        wait_until(ran, f"a scheduler ran after {since}", log)

    def frozen(self) -> dict[str, Any]:
        """Everything frozen: the canonical texts byte for byte, and the rows pages are made of."""
        found: dict[str, Any] = {"runs": self.rows(RUNS)}
        for name, query in ROWS.items():
            appeal = "" if name == "rates" else " join appeal a on a.id = r.appeal_id"
            rows = self.rows(f"{query} join clearance_run c on c.id = r.run_id{appeal}")
            found[name] = sorted(tuple(str(value) for value in row) for row in rows)
        flows = self.rows("select c.number as cycle, r.* from clearance_flow r join clearance_run c on c.id = r.run_id")
        found["flows"] = len(flows)  # their values stand in the texts
        return found

    def writing(self) -> bool:
        """Whether somebody is just writing what will be frozen (SQLite: is writing anything)."""
        if self.url.startswith("sqlite"):
            return self._locked()
        return bool(self.value(HELD))

    def _locked(self) -> bool:
        with closing(sqlite3.connect(sa.make_url(self.url).database or "", timeout=0, isolation_level=None)) as line:
            try:
                line.execute("begin immediate")
                line.execute("rollback")
            except sqlite3.OperationalError:
                return True
        return False
