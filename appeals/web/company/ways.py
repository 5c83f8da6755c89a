"""What a company may do beyond the main road, and what it is told of endings, reviews, mergers and links (policy §3, §6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from appeals.actions import early_ending, merging, parents, reopening, reprisal, resuming, reviews
from appeals.models import calendar, company_lists, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Reply
from appeals.models.audit import Event
from appeals.rules import deadlines
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked, EndingReason
from appeals.rules.words import UNCOMPLETED_STATES, Part, Role, State
from appeals.web import filters
from appeals.web.company import rounds


@dataclass(frozen=True)
class Ways:
    """Until when each is open (None: it is not), and what goes with it."""

    confirm: bool
    review: datetime | None
    reviewing: datetime | None
    resume: datetime | None
    reopen: datetime | None
    reprisal: bool
    answer_ending: bool
    answer_until: datetime | None
    merged_until: datetime | None
    merged_solved: bool
    merged_answer: Reply | None
    linked: Sequence[tuple[str, str]]


def of(appeal: Appeal, at: datetime) -> Ways:
    """What the page of this appeal offers at `at`."""
    asked = {row.kind: row for row in company_lists.undecided(appeal)}
    reopened = [(_("由此继续办理的诉求"), each) for each in company_lists.reopened(appeal)]
    reported = [(_("您反映受到刁难的诉求"), each) for each in company_lists.reprisals(appeal)]
    last = reopening.until(appeal)
    reviewing = asked.get(Asked.REVIEW)
    ending = early_ending.answerable(filter(None, [asked.get(Asked.ENDING)]))
    return Ways(
        confirm=appeal.unconfirmed and appeal.state == State.SUBMITTED,
        review=_open(reviews.ask_until(appeal), at), reviewing=reviewing.due_at if reviewing else None,
        resume=_open(resuming.until(appeal), at),
        reopen=_open(last, at) if last and reopening.open_one(appeal) is None else None,
        reprisal=reprisal.may(appeal, at),
        answer_ending=ending is not None, answer_until=_open(early_ending.bites_from(ending), at) if ending else None,
        merged_until=_open(merging.answer_until(appeal), at), merged_solved=_said_solved(appeal),
        merged_answer=answer_of_parent(appeal), linked=[*reopened, *reported],
    )  # fmt: skip


def _open(until: datetime | None, at: datetime) -> datetime | None:
    return until if until is not None and at <= until else None


def _said_solved(appeal: Appeal) -> bool:
    if appeal.state != State.MERGED:
        return False
    return any(e.kind == Move.ACCEPT_MERGED and e.at >= appeal.state_at for e in company_lists.events(appeal))


def answer_of_parent(appeal: Appeal) -> Reply | None:
    """The public answer to the merged matter, once it was put to this company; the other's words are not in it."""
    parent = company_lists.parent(appeal)
    if parent is None or parents.answered_at(appeal) is None:
        return None
    approved = [r for a in parent.assignments if a.part == Part.LEAD for r in a.replies if r.approved]
    return approved[-1] if approved else None


def turn(appeal: Appeal) -> tuple[str, str, datetime | None] | None:
    """(who, does what, until when) where none of the main road has the turn; else None."""
    if appeal.unconfirmed and appeal.state == State.SUBMITTED:
        return _("您"), _("确认代为提交的诉求"), None
    if appeal.withdrawal_asked_at is not None and appeal.state in UNCOMPLETED_STATES:
        decider = Role.RECUSAL if appeal.concerns_office else Role.COORDINATOR
        return filters.company_label(decider, "role"), _("打电话向您确认撤回"), appeal.withdrawal_due_at
    for row in company_lists.undecided(appeal) if appeal.state in (State.DECLINED, State.ENDED) else ():
        if row.kind == Asked.REVIEW:
            return filters.company_label(row.waits_for, "role"), _("复核原决定"), row.due_at
    parent = company_lists.parent(appeal)
    if appeal.state != State.MERGED or parent is None:
        return None
    until = merging.answer_until(appeal)
    if until is not None:
        return (_("您"), _("确认自己的问题是否解决"), until) if not _said_solved(appeal) else None
    lead = parent.lead
    unit = (lead.unit.english if filters.english() else None) or lead.unit.name if lead else _("营商办")
    return unit, _("与相同事项一并办理并答复"), parent.due_at


# -- the timeline ----------------------------------------------------------------------------------------


def lines(*said: object) -> str:
    """Those that say anything, one under the other."""
    return "\n".join(str(each) for each in said if each)


def review_right(appeal: Appeal, event: Event) -> str:
    """Until when the company may ask for a review of what this event says."""
    numbers = settings.limits(appeal.settings_version)
    until = deadlines.after(event.at, numbers.decline_review_ask, calendar.current())
    return str(_("不服的，可以在 %(until)s 前申请复核，由没有参与原决定的人办理", until=filters.until(until)))


def may_resume(appeal: Appeal) -> str:
    """Until when what was unclear may still be made clear; empty where something else was wrong."""
    until = resuming.until(appeal)
    return _("在 %(until)s 前补充的，恢复受理程序", until=filters.until(until)) if until is not None else ""


def _reviewing(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    numbers = settings.limits(appeal.settings_version)
    until = deadlines.after(event.at, numbers.decline_review, calendar.current())
    return _("将在 %(until)s 前由没有参与原决定的人复核", until=filters.until(until))


def _ground(event: Event) -> str:
    code = event.detail.get("ground")
    if code not in set(EndingReason):
        return ""
    word = EndingReason(code)
    return word.english if filters.english() else word.company or word.label


def _proposed(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    may_answer = event.detail.get("ground") == EndingReason.UNCOOPERATIVE
    now = _("决定之前照常办理，时限不变")
    still = _("如需继续办理，请尽快在本页作出说明或提供材料；您说明后即继续办理") if may_answer else now
    return lines(_ground(event), event.detail.get("reason"), event.detail.get("route"), still)


def _confirmed(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return lines(
        _ground(event), event.detail.get("reason"), event.detail.get("route"), review_right(appeal, event), rounds.law()
    )


def _unreasonable(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return lines(event.detail.get("reason"), event.detail.get("basis"), review_right(appeal, event), rounds.law())



def _upheld(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return lines(event.detail.get("reason"), _promised(appeal))


def _promised(appeal: Appeal) -> str:
    if appeal.due_at is None or appeal.completed_at is not None:
        return ""
    return _("我们承诺在 %(until)s 前答复您", until=filters.moment(appeal.due_at))


def _rejected(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return lines(event.detail.get("reason"), rounds.law())


def _merged(_appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return _("另有诉求反映同一事项，合并办理。您只看到自己的内容和公开的答复；答复后请您确认自己的问题是否解决")


def _linked(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    number = event.detail.get("number")
    return _("新的编号：%(number)s，查询码与本件相同", number=number) if number else ""


def _accepting(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    due = deadlines.acceptance(event.at, calendar.current(), settings.limits())
    return _("营商办将在 %(until)s 前决定是否受理", until=filters.moment(due))


TEXTS: dict[Move, Callable[[Appeal, Event, dict[str, str]], str]] = {
    Move.ASK_REVIEW: _reviewing, Move.UPHOLD_REVIEW: _upheld, Move.REJECT_REVIEW: _rejected,
    Move.PROPOSE_ENDING: _proposed, Move.CONFIRM_ENDING: _confirmed, Move.CONFIRM_UNREASONABLE: _unreasonable,
    Move.MERGE: _merged, Move.UNMERGE: _upheld, Move.REOPEN: _linked, Move.REPORT_REPRISAL: _linked,
    Move.RESUME_SUPPLEMENT: _accepting, Move.CONFIRM_FILING: _accepting,
}  # fmt: skip
