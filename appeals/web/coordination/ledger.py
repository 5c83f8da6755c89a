"""台账: every appeal with its 六定 and its state, with what is missing marked (policy §1, §3)."""

from flask import render_template, request, url_for

from appeals.models import choices, lists, sixfold
from appeals.rules import text
from appeals.rules.words import Role, State
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination.counter import counter
from appeals.web.forms.coordination import units


@counter.get("/ledger")
@only(Role.COORDINATOR, Role.DIRECTOR, Role.LEADER)
def ledger() -> str:
    """The latest filed first; narrowed by state, unit and territory."""
    wanted = _wanted()
    found = sixfold.page(wanted, access.actor(), keys.number(request.args.get("before")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("coordination.ledger", before=shown[-1].appeal.id, **_asked(wanted))
    return render_template(
        "coordination/ledger.html", entries=shown, more=more, wanted=wanted, states=_states(), units=units(),
        territories=[o.value for o in choices.territories()],
    )  # fmt: skip


def _wanted() -> sixfold.Wanted:
    """What was chosen; what is no choice is passed over."""
    state, unit = request.args.get("state", ""), request.args.get("unit", "")
    territory = text.clean_line(request.args.get("territory", ""))
    return sixfold.Wanted(
        state if state in {code for code, _ in _states()} else "",
        int(unit) if unit in {value for value, _ in units()} else None,
        territory if territory in {o.value for o in choices.territories()} else "",
    )


def _states() -> list[tuple[str, str]]:
    return [("", "未销号（在办）"), (sixfold.ALL, "全部"), *((state.value, state.label) for state in State)]


def _asked(wanted: sixfold.Wanted) -> dict[str, str]:
    given = {"state": wanted.state, "unit": str(wanted.unit_id or ""), "territory": wanted.territory}
    return {name: value for name, value in given.items() if value}
