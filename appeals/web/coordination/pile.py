"""What lies on the table: every pile with its height, and one of them open."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template, request, url_for

from appeals import clock
from appeals.actions import suggesting
from appeals.models import knowledge, lists, piles
from appeals.models.appeal import Appeal
from appeals.rules.words import Role
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination.counter import counter


class Row(NamedTuple):
    """One appeal in a pile: what it seems to be about, and by when the office must act."""

    appeal: Appeal
    area: str
    lead: str
    why: str
    since: datetime | None
    limit: datetime | None
    note: str


@counter.get("/")
@only(Role.COORDINATOR, Role.DIRECTOR, Role.RECUSAL)
def pile() -> str:
    """The overview; without a choice the first pile in which something lies is open."""
    by, at = access.actor(), clock.now()
    heights = piles.heights(by, at)
    chosen = piles.PILES.get(request.args.get("pile", "")) or _first(heights)
    found = piles.page(chosen, by, at, keys.pile(request.args.get("after")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("coordination.pile", pile=chosen.code, after=keys.text(piles.key(chosen, shown[-1])))
    return render_template(
        "coordination/pile.html", heights=heights, pile=chosen, rows=_rows(chosen, shown, at), more=more
    )


def _first(heights: list[piles.Height]) -> piles.Pile:
    return next((h.pile for h in heights if h.count), heights[0].pile)


def _rows(pile: piles.Pile, appeals: list[Appeal] | Any, at: datetime) -> list[Row]:
    if pile.code == "rectifying":
        return _rectifying(pile, appeals, at)
    notes = _notes(pile, appeals)
    return [_row(pile, appeal, at, notes.get(appeal.id, "")) for appeal in appeals]


def _rectifying(pile: piles.Pile, appeals: list[Appeal], at: datetime) -> list[Row]:
    """Each with the limit of whoever has the turn: who verifies, the unit, who audits (policy §6)."""
    turns = {i: row.turn for i, row in piles.rectifications(appeals).items()}
    rows = [(_row(pile, a, at, ""), turns.get(a.id, ("", a.state_at, None))) for a in appeals]
    return [row._replace(note=note, since=since, limit=limit) for row, (note, since, limit) in rows]


def _row(pile: piles.Pile, appeal: Appeal, at: datetime, note: str) -> Row:
    since = getattr(appeal, pile.since.key)
    limit = getattr(appeal, pile.limit.key) if pile.limit is not None else None
    lead = appeal.lead
    if lead is not None:
        return Row(appeal, knowledge.areas().name(appeal.section, appeal.task), lead.unit.name, "", since, limit, note)
    said = appeal.proposal or suggesting.compute(appeal, at)
    first = said["areas"][0] if said["areas"] else None
    area = knowledge.areas().name(first["section"], first["task"]) if first else "—"
    return Row(appeal, area, said["lead"] or "待研判", said["why"], since, limit, note)


def _notes(pile: piles.Pile, appeals: list[Appeal]) -> dict[int, str]:
    if pile.code == "to_call":
        return {i: f"已回访{n}次" for i, n in piles.attempts(appeals).items()}
    return {}
