"""The administrator's first page: what waits, and which versions are in force."""

from flask import render_template

from appeals import clock
from appeals.actions import changes
from appeals.db import session
from appeals.models import health, registers, versions
from appeals.web.admin.desk import both, counter


@counter.get("/")
@both
def overview() -> str:
    """What waits for a second person, how far the calendar is published, and the registers."""
    known = versions.versions(session())
    ahead = health.horizon_days(clock.now())
    return render_template(
        "admin/overview.html", versions=known, kinds=changes.KINDS, pending=registers.pending(),
        waiting=sum(each.number for each in registers.notices_waiting()), most=registers.COUNT_MOST,
        final_until=registers.final_until(), ahead=ahead, short=ahead < health.HORIZON_DAYS, enough=health.HORIZON_DAYS,
    )  # fmt: skip
