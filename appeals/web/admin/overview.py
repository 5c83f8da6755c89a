"""The administrator's first page: what waits, and which versions are in force."""

from flask import render_template

from appeals import clock
from appeals.actions import changes
from appeals.db import session
from appeals.models import registers, versions
from appeals.rules import workdays
from appeals.web.admin.desk import both, counter

HORIZON_DAYS = 60  # policy §7: fewer final days ahead are a warning


@counter.get("/")
@both
def overview() -> str:
    """What waits for a second person, how far the calendar is published, and the registers."""
    known = versions.versions(session())
    until, today = registers.final_until(), workdays.day_of(clock.now())
    ahead = max(0, (until - today).days) if until else 0
    return render_template(
        "admin/overview.html", versions=known, kinds=changes.KINDS, pending=registers.pending(),
        waiting=sum(each.number for each in registers.notices_waiting()), most=registers.COUNT_MOST,
        final_until=until, ahead=ahead, short=ahead < HORIZON_DAYS,
    )  # fmt: skip
