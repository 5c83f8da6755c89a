"""The leader's first screen (policy §11): what is to be cleared, what will not be, what waits, what hurts."""

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from appeals import clock
from appeals.models import attention, behind, figures, papers, tree
from appeals.models.figures import CYCLE, TOTAL
from appeals.models.live import Live
from appeals.rules.actors import Actor
from appeals.rules.words import Role
from appeals.web import access
from appeals.web.access import only
from appeals.web.scorecards import cells, sheets
from appeals.web.scorecards.counter import READERS, UNITS, appeal_url, counter

SHOWN = 10


@dataclass(frozen=True)
class UnitNow:
    """One unit in the running cycle."""

    name: str
    url: str
    due: int
    cleared: int
    left_url: str
    own: bool


@counter.get("/")
@only(*READERS)
def leader() -> str | Response:
    """Everything a leader asks first; a unit's people are shown their own unit."""
    by, now = access.actor(), clock.now()
    if by.role in UNITS and by.unit_id is not None:
        return redirect(url_for("scorecards.unit", unit_id=by.unit_id))
    live = sheets.running()
    sheet, left = live.sheet, uncleared(live, by)
    forecast = attention.will_not_clear(left, now)
    overdue = attention.long_overdue(by, now, limit=SHOWN + 1)
    return render_template(
        "scorecards/leader.html", sheet=sheet, title=sheets.title(CYCLE, sheet.number), due=sheet.rate(TOTAL, "cleared"),
        left=left[:SHOWN], more_left=len(left) > SHOWN, forecast=forecast[:SHOWN], forecasts=len(forecast),
        overdue=overdue[:SHOWN], many_overdue=len(overdue) > SHOWN, units=_units(live, by),
        to_sign=attention.to_sign(by), words=attention.worst_ratings(by, now), matters=attention.recurring(by, now),
        links={part: cells.url(sheet, TOTAL, behind.CLEARED, part) for part in (behind.NUM, behind.REST)},
        whole=cells.url(sheet, TOTAL, behind.CLEARED), appeal_url=appeal_url, now=now,
        papers=papers.to_send(by, SHOWN), findings=papers.undecided_findings(by) if by.role is Role.LEADER else (),
        unanswered=papers.unanswered(by, SHOWN), today=clock.today(),
    )  # fmt: skip


def uncleared(live: Live, by: Actor) -> list[attention.Task]:
    """The running cycle's M, by due date."""
    entries = live.counted.entries
    return attention.tasks([e.number for e in entries if behind.in_part(e, behind.CLEARED, behind.REST)], by)


def _units(live: Live, by: Actor) -> list[UnitNow]:
    """Units with anything to clear: the visitor's own first, then those with most left."""
    sheet, nodes = live.sheet, tree.current().nodes
    own = {nodes[i].name for i in by.unit_ids if i in nodes}
    ids = {node.name: node.id for node in nodes.values()}
    found = []
    for name in sheet.lines:
        rate = sheet.rate(name, "cleared")
        if rate.den or name in own:
            url = url_for("scorecards.unit", unit_id=ids[name])
            rest = cells.url(sheet, name, behind.CLEARED, behind.REST) if rate.den > rate.num else ""
            found.append(UnitNow(name, url, rate.den, rate.num, rest, name in own))
    return sorted(found, key=lambda unit: (not unit.own, unit.cleared - unit.due, list(figures.unit_lines()).index(unit.name)))
