"""The 交办单: looked over with all its dates, then confirmed."""

from flask import request
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import accused, triage
from appeals.actions.refusals import Refused
from appeals.models.appeal import Appeal
from appeals.web.access import only, with_appeal
from appeals.web.coordination import proposal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import WORKERS, back, counter
from appeals.web.deeds import Shown, carry_out, who
from appeals.web.forms.coordination import NOT_URGENT, DispatchForm
from appeals.web.forms.staff import number as number_of


@counter.post("/<number>/dispatch")
@only(*WORKERS)
@with_appeal
def dispatch(appeal: Appeal) -> Response | str | tuple[str, int]:
    """Hand it out, or look again at what the directory says for another area."""
    at, id_ = clock.now(), appeal.id
    form = proposal.bind(appeal, at)
    if request.form.get("step") == "look":
        return show(appeal.number, Shown(proposal.routed(appeal, form, at)))
    return carry_out(
        appeal.number, form, lambda: triage.dispatch(id_, order=_order(appeal, form), **who()),
        done="已交办", page=show, back=back(appeal),
    )  # fmt: skip


def _order(appeal: Appeal, form: DispatchForm) -> triage.Order:
    section, task = form.section_and_task()
    points, standards = form.points()
    return triage.Order(
        section=section, task=task, lead_unit_id=form.lead_id() or 0, points=points, standards=standards,
        support_unit_ids=[i for i in map(number_of, form.supports.data or ()) if i is not None],
        nature=form.nature.data, territory=form.territory.data, conduct=bool(form.conduct.data),
        about_unit_id=number_of(form.about_unit.data), about_person_id=accused.named(form.about_person.data or ""),
        urgent_kind=_urgency(appeal, form.urgent_kind.data),
        directory_row_id=proposal.row_id(section, task, form.territory.data, clock.now()),
    )  # fmt: skip


def _urgency(appeal: Appeal, chosen: str | None) -> str | None:
    """What the office finds; a company's tick alone makes nothing urgent, and is not passed over in silence (policy §4)."""
    if chosen:
        return "" if chosen == NOT_URGENT else chosen
    if appeal.urgent and appeal.urgent_kind is None:
        raise Refused(urgent_kind="企业标注为紧急，请核定是否属紧急件")
    return None
