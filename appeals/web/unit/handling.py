"""What a unit does with an appeal."""

from flask import request
from werkzeug.wrappers import Response

from appeals.actions import handling, rectifying
from appeals.models.appeal import Appeal
from appeals.rules.words import Role
from appeals.web import access
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import unit as forms
from appeals.web.forms.staff import SeenForm
from appeals.web.unit.appeal import own, people, show
from appeals.web.unit.counter import WORKERS, back, counter

Result = Response | tuple[str, int]


def _choices(appeal: Appeal) -> list[tuple[str, str]]:
    """Everybody who may be named on any of the visitor's tasks; the deed judges the very one."""
    found: dict[str, str] = {}
    for task in own(appeal, access.actor()):
        found |= dict(people(task))
    return list(found.items())


@counter.post("/<number>/acknowledge")
@only(*WORKERS)
@with_appeal
def acknowledge(appeal: Appeal) -> Result:
    """The unit takes it up."""
    form, id_ = forms.AcknowledgeForm(people=_choices(appeal)), appeal.id
    return carry_out(
        appeal.number, form, lambda: handling.acknowledge(id_, handler_id=form.handler_id, **who()),
        done="已签收", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/handler")
@only(Role.HEAD)
@with_appeal
def handler(appeal: Appeal) -> Result:
    """The head names who does the work."""
    form, id_ = forms.HandlerForm(people=_choices(appeal)), appeal.id
    return carry_out(
        appeal.number, form, lambda: handling.name_handler(id_, handler_id=form.handler_id or 0, **who()),
        done="已指定承办人", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/contact")
@only(*WORKERS)
@with_appeal
def contact(appeal: Appeal) -> Result:
    """A conversation with the company."""
    form, id_ = forms.ContactForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: handling.log_contact(id_, channel=form.channel.data or "", note=form.note.data, **who()),
        done="已记录联系情况", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/plan")
@only(*WORKERS)
@with_appeal
def plan(appeal: Appeal) -> Result:
    """How each point is to be settled."""
    form, id_ = forms.PlanForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: handling.make_plan(id_, plan=form.plan.data, **who()),
        done="已保存办理方案", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/draft")
@only(*WORKERS)
@with_appeal
def draft(appeal: Appeal) -> Result:
    """Keep the reply, or hand it to the head."""
    form, id_ = forms.draft_form(len(appeal.points))(), appeal.id
    offered = request.form.get("step") == "offer"
    return carry_out(
        appeal.number, form, lambda: handling.draft(id_, draft=form.draft(), offered=offered, **who()),
        done="已提交审签" if offered else "已保存草稿", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/sign")
@only(Role.HEAD)
@with_appeal
def sign(appeal: Appeal) -> Result:
    """The head signs what he has before him."""
    id_ = appeal.id
    return carry_out(
        appeal.number, SeenForm(), lambda: handling.sign(id_, **who()),
        done="已审签，报营商办审核", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/support")
@only(*WORKERS)
@with_appeal
def support(appeal: Appeal) -> Result:
    """A supporting unit tells what it did."""
    form, id_ = forms.SupportForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: handling.report_support(id_, report=form.report.data, **who()),
        done="已反馈协办情况", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/rectify")
@only(Role.HEAD)
@with_appeal
def rectify(appeal: Appeal) -> Result:
    """What was put right."""
    form, id_ = forms.RectifyForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: rectifying.report(id_, text=form.report.data, **who()),
        done="已报送整改情况", page=show, back=back(appeal),
    )  # fmt: skip
