"""What the system proposes for an appeal, and the 交办单 made from it (policy §3 六定, §5)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from appeals.actions import assigning, suggesting
from appeals.models import calendar, knowledge, returns, settings, tree
from appeals.models.appeal import Appeal
from appeals.rules import deadlines, routing, workdays
from appeals.rules.words import Nature, State
from appeals.web.forms.coordination import NOT_URGENT, DispatchForm, dispatch_form
from appeals.web.forms.staff import number

BEFORE = frozenset({State.SUBMITTED, State.ACCEPTED})


def read(appeal: Appeal, at: datetime) -> dict[str, Any] | None:
    """The proposal kept, or read now where none is; None once the appeal has gone out."""
    if appeal.state not in BEFORE:
        return appeal.proposal
    return appeal.proposal or suggesting.compute(appeal, at)


def form(appeal: Appeal, at: datetime) -> DispatchForm:
    """The 交办单 filled in with the proposal."""
    said = read(appeal, at) or {}
    first = said["areas"][0] if said.get("areas") else None
    lead, supports = _units(appeal, said.get("lead"), said.get("supports", ()))
    area = _area(first["section"], first["task"]) if first else ""
    if back := assigning.back_from(appeal):  # sent back: what was settled stands, another unit is to lead
        wanted = returns.proposed(appeal)
        lead = str(wanted) if wanted is not None and wanted not in back else lead if number(lead) not in back else ""
        area, supports = _settled_area(appeal) or area, [str(a.unit_id) for a in appeal.supports]
        supports = [i for i in supports if i != lead]
    return bind(
        appeal, at, nature=appeal.nature, territory=said.get("territory") or appeal.territory,
        area=area, lead=lead, supports=supports,
        conduct=appeal.conduct, about_unit=str(appeal.about_unit_id or ""), about_person=_person(appeal),
        urgent_kind=appeal.urgent_kind or (None if appeal.urgent else NOT_URGENT), **_points(appeal),
    )  # fmt: skip


def _person(appeal: Appeal) -> str:
    return appeal.about_person.login if appeal.about_person else ""


def bind(appeal: Appeal, at: datetime, **values: Any) -> DispatchForm:
    """The form for this appeal; without values as it was posted."""
    kind = dispatch_form(len(appeal.points))
    made = kind.blank(**values) if values else kind()
    assert isinstance(made, DispatchForm)
    made.propose(leads(read(appeal, at) or {}, made.lead.data, assigning.back_from(appeal)))
    made.flag = _flag(made, at)
    return made


def _units(appeal: Appeal, lead: str | None, supports: Any) -> tuple[str, list[str]]:
    """Ids by name; a complaint about conduct goes to the accused unit's parent alone."""
    units = tree.current()
    if appeal.conduct and appeal.about_unit_id in units.nodes:
        parent = units.nodes[appeal.about_unit_id].parent_id
        return str(parent or ""), []
    found = [units.by_name(name) for name in (lead, *supports) if name]
    ids = [str(node.id) for node in found if node is not None and node.active]
    return (ids[0], ids[1:]) if lead and ids else ("", ids)


def _flag(made: DispatchForm, at: datetime) -> int:
    """How often the directory's row for this area and territory was wrong of late, if that is often (policy §5)."""
    row = row_id(*made.section_and_task(), made.territory.data, at)
    return returns.flagged(at).get(row, 0) if row is not None else 0


def leads(said: dict[str, Any], chosen: str | None, without: Collection[int] = ()) -> list[tuple[str, str]]:
    """Who may lead, the likeliest first, each with its share; and the unit that is chosen, whoever it is."""
    units = tree.current()
    found: dict[str, str] = {}
    for lead in said.get("leads", ())[:4]:
        node = units.by_name(lead["unit"])
        if node is not None and node.active and node.id not in without:
            found[str(node.id)] = f"{node.name}（{lead['score']:.0%}）"
    if (unit_id := number(chosen)) in units.nodes:
        found = {str(unit_id): found.get(str(unit_id), units.nodes[unit_id].name)} | found
    return list(found.items())


def _settled_area(appeal: Appeal) -> str:
    """What an earlier dispatch settled; a task knows its section."""
    known = knowledge.areas().tasks.get(appeal.task or 0)
    return _area(appeal.section or (known[0] if known else None), appeal.task)


def _area(section: int | None, task: int | None) -> str:
    return f"{section}:{task}" if task else str(section or "")


def _points(appeal: Appeal) -> dict[str, str]:
    found = {}
    for n, point in enumerate(appeal.points, start=1):
        found |= {f"point_{n}": point["text"], f"standard_{n}": point.get("standard", "")}
    return found


def routed(appeal: Appeal, typed: DispatchForm, at: datetime) -> DispatchForm:
    """The form with lead and supports as the directory names them for the area and territory chosen."""
    section, task = typed.section_and_task()
    way = routing.route(
        knowledge.index(), task, section, typed.territory.data, workdays.day_of(at), tree.current().territorial()
    )
    lead, supports = _units(appeal, way.lead, way.supports)
    typed.lead.data, typed.other_lead.data, typed.supports.data = lead, "", supports
    typed.propose(leads(read(appeal, at) or {}, lead, assigning.back_from(appeal)))
    typed.flag = _flag(typed, at)
    typed.why = way.why
    return typed


def row_id(section: int | None, task: int | None, territory: str | None, at: datetime) -> int | None:
    """The directory row that speaks for this area and territory."""
    row = knowledge.index().find(task, section, territory, workdays.day_of(at))
    return row.id if row else None


def _lost(appeal: Appeal, typed: Any) -> bool:
    """Whether the unit chosen lost the time itself (policy §4)."""
    return assigning.loss_was_units(appeal, typed.lead_id() or 0)


class Term(NamedTuple):
    """One date of the 交办单."""

    label: str
    at: datetime


def terms(appeal: Appeal, typed: Any, at: datetime) -> list[Term]:
    """定时限: every date as it would be if the dispatch were confirmed now."""
    if typed is None or appeal.due_at is None:
        return []
    nature = typed.nature.data or appeal.nature
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    taken = deadlines.acknowledgement(at, days, numbers)
    lead = deadlines.unit_limit(nature, appeal.due_at, at, _lost(appeal, typed), days, numbers)
    found = [Term("签收", taken)]
    if (typed.urgent_kind.data or NOT_URGENT) != NOT_URGENT:
        soon, later = numbers.urgent_contact_hours, numbers.urgent_measures_hours
        found += [
            Term(f"首次联系（紧急，{soon}小时）", deadlines.hours_after(at, soon)),
            Term(f"采取措施（紧急，{later}小时）", deadlines.hours_after(at, later)),
        ]
    elif nature != Nature.CONSULTATION:
        found += [
            Term("首次联系（最迟）", deadlines.contact(taken, days, numbers)),
            Term("办理方案（最迟）", deadlines.plan(taken, days, numbers)),
        ]
    return [
        *found, Term("协办反馈", deadlines.support_limit(at, lead, days, numbers)), Term("主办答复", lead),
        Term("答复企业（承诺）", appeal.due_at),
    ]  # fmt: skip
