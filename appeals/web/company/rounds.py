"""What a company is told after the answer: its ratings as they stand, what is put right, and what is said through here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from appeals.actions import messages, ratings, rectifying, requests
from appeals.models import company_lists
from appeals.models.appeal import Appeal
from appeals.models.assignment import ContactNote
from appeals.models.audit import Event
from appeals.models.rating import Rating, Rectification
from appeals.rules import asof
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import State
from appeals.web import filters


@dataclass(frozen=True)
class Told:
    """The ratings given, newest first; the rectifications; what was said through the platform, oldest first."""

    ratings: Sequence[Rating]
    rectifications: Sequence[Rectification]
    thread: Sequence[ContactNote]
    may_write: bool


def of(appeal: Appeal) -> Told:
    """What the page of this appeal says about it."""
    rectified = [row for row in company_lists.rectifications(appeal) if row.verified_at is not None]
    return Told(company_lists.ratings(appeal), rectified, messages.thread(appeal), messages.may_write(appeal))


def turn(appeal: Appeal, unit: str) -> tuple[str, str, datetime | None]:
    """(who, does what, until when) while something is being put right."""
    row, office = company_lists.rectification(appeal), _("营商办")
    if row is None or row.verified_at is None:
        return office, _("核实您的评价"), row.verify_due_at if row else None
    explained = requests.undecided(appeal, Asked.EXPLAINED)
    if explained:
        return filters.company_label(explained[0].waits_for, "role"), _("核定解释的依据"), explained[0].due_at
    if row.reported_at is not None:
        return filters.company_label(rectifying.auditor(appeal), "role"), _("审核整改情况"), row.audit_due_at
    return unit, _("整改，第 %(round)s 轮", round=appeal.round), row.due_at


def changeable_until(appeal: Appeal) -> datetime | None:
    """Until when this round's rating may be changed; None before there is one."""
    first = ratings.first_rating(appeal)
    return None if first is None else first.at + asof.EDITABLE


def limits(appeal: Appeal) -> Iterator[tuple[str, datetime, datetime]]:
    """(title, from when, to when) of what is being put right, for whoever wants to count the days."""
    row = company_lists.rectification(appeal) if appeal.state == State.RECTIFYING else None
    if row is None or not row.runs:
        return
    if row.verified_at is None:
        yield _("核实您的评价的时限"), row.opened_at, row.verify_due_at
    elif row.due_at is not None:
        yield _("整改的时限"), row.verified_at, row.due_at


# -- the timeline ----------------------------------------------------------------------------------------


def _until_right(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    due = event.detail.get("due_at")
    return _("整改应在 %(until)s 前完成", until=filters.moment(datetime.fromisoformat(due))) if due else ""


def _explained(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return str(event.detail.get("text", ""))


def _lawful(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return "\n".join([_("依据：%(basis)s", basis=event.detail.get("basis", "")), law()])


def _closed(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return "\n".join(filter(None, [appeal.public_reason, law()]))


def _stays(_appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return str(_("您的评价仍然保留、可以查看，只是不计入统计"))


def law() -> str:
    """What no ending takes from a company."""
    return str(_("您仍可依法申请行政复议或提起行政诉讼；有关期限不因本诉求中止。"))


TEXTS: dict[Move, Any] = {
    Move.VERIFY: _until_right, Move.EXPLAIN_LAWFUL: _explained, Move.CONFIRM_EXPLAINED: _lawful, Move.CLOSE: _closed,
    Move.UPHOLD_RATING_REVIEW: _stays,
}
