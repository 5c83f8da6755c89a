"""No list walks through the whole stock: each reads its own stretch of an index."""

import pytest
from sqlalchemy import event, text

from appeals.db import db
from tests import builders as b

LISTS = ("/coordination/", "/coordination/?pile=replied", "/coordination/?pile=to_call", "/coordination/?pile=withdrawal",
         "/coordination/?after=0-1795400000-1", "/search?q=厂区停电", "/search?q=QS-20261123&after=3")  # fmt: skip
QUEUES = ("/unit/", "/unit/?tab=done", "/unit/?tab=open&after=1795400000-1", "/search?q=厂区停电")
BIG = ("appeal", "assignment", "event")


@pytest.fixture
def plans(site):
    """`plans(visitor, path)`: how the database would answer every question of that page."""

    def of(visitor, path):
        said = []

        def hear(_c, _cursor, statement, parameters, *_rest):
            said.append((statement, parameters))

        with site.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", hear)
        visitor.open(path)
        event.remove(engine, "before_cursor_execute", hear)
        return [_plan(engine, *asked) for asked in said if asked[0].startswith("SELECT")]

    return of


def _plan(engine, statement, parameters) -> str:
    lite = engine.dialect.name == "sqlite"
    with engine.connect() as line:
        if not lite:
            line.execute(text("SET enable_seqscan = off"))  # a handful of rows would tempt it
        rows = line.exec_driver_sql(("EXPLAIN QUERY PLAN " if lite else "EXPLAIN ") + statement, parameters)
        return "\n".join(str(row[-1]) for row in rows)


def test_no_list_scans(site, browser, plans):
    with site.app_context():
        office = b.staff("coordinator", login="office")
        worker = b.staff("liaison", login="worker")
        b.filed()
        b.in_hand(office, worker)
    for login, paths in (("office", LISTS), ("worker", QUEUES)):
        visitor = browser()
        visitor.sign_in(login)
        for path in paths:
            for plan in plans(visitor, path):
                for table in BIG:
                    whole = (f"SCAN {table}\n", f"SCAN {table} USING INTEGER", f"Seq Scan on {table} ")
                    assert not any(mark in plan + "\n" for mark in whole), f"{path}\n{plan}"
