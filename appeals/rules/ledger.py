"""One line of the ledger: read from an older system, and written so that every figure can be recomputed.

The shape is that of the contract ("Ledger line"). `parse(format(f), known) == f`, and figures counted from exported
lines equal those counted from the originals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from appeals.rules import asof, facts, ledger_order, workdays
from appeals.rules.ledger_fields import Problem, Reader
from appeals.rules.words import Exclusion, Nature, Outcome, Part, RatingSource, Solved, Source

__all__ = ["Known", "Problem", "format", "parse"]

NEVER = datetime.min.replace(tzinfo=UTC)  # stands for a time whose problem is already named
LEVELS, ROUNDS = range(1, 6), range(1, 100)
ROW = (
    "external_no", "source", "company", "territory", "task", "nature", "title", "text", "submitted_at",
    "accepted_at", "due_at", "completed_at", "outcome", "exclusion", "excluded_at", "shelved", "assignments",
    "ratings", "struck_off_at",
)  # fmt: skip
ASSIGNMENT = (
    "unit", "part", "dispatched_at", "ack_due_at", "acknowledged_at", "due_at", "original_due_at", "replied_at",
    "void", "final",
)  # fmt: skip
RATING = ("round", "source", "contacted", "solved", "level", "at")


@dataclass(frozen=True)
class Known:
    """The names a row may use: units, task numbers, territories."""

    units: frozenset[str]
    tasks: frozenset[int]
    territories: frozenset[str]


def parse(line: object, known: Known) -> facts.AppealFacts | list[Problem]:
    """The facts of one line, or every problem of it. Keys the contract does not name are passed over."""
    if not isinstance(line, dict):
        return [Problem("", "每行应为一个 JSON 对象")]
    row = Reader(line, "")
    row.require(ROW)
    appeal = _appeal(row, known)
    if not row.problems:
        ledger_order.check(appeal, row)
    return row.problems or appeal


# -- reading ---------------------------------------------------------------------------------------------


def _appeal(row: Reader, known: Known) -> facts.AppealFacts:
    assignments = row.objects("assignments", lambda each: _assignment(each, known))
    row.objects("events", lambda _: None)  # the record of the older system: nothing is counted from it
    return facts.AppealFacts(
        number=row.text("external_no", needed=True) or "",
        submitted_at=row.instant("submitted_at", needed=True) or NEVER,
        source=row.word("source", Source, label=True, needed=True) or Source.WEB,
        nature=row.word("nature", Nature, label=True, needed=True) or Nature.HELP,
        territory=row.named("territory", known.territories, "属地"),
        task=row.whole("task", known.tasks),
        content=_content(row),
        accepted_at=row.instant("accepted_at"),
        due_at=row.instant("due_at"),
        due_moves=row.objects("due_moves", _due_move),
        completed_at=row.instant("completed_at"),
        outcome=row.word("outcome", Outcome),
        exclusion=row.word("exclusion", Exclusion),
        excluded_at=row.instant("excluded_at"),
        excluded_recorded_at=row.instant("excluded_recorded_at"),
        declined_at=row.instant("declined_at"),
        struck_off_at=row.instant("struck_off_at"),
        undone=row.objects("undone", _undone),
        shelved=row.objects("shelved", _shelved),
        assignments=assignments,
        ratings=row.objects("ratings", _rating),
        window_ends_at=row.instant("window_ends_at"),
        rectifications=row.objects("rectifications", _rectification),
        returns=row.objects("returns", lambda each: _return(each, known)),
        duties=row.objects("duties", _duty),
        spells=row.objects("spells", _spell),
        merged_into=row.text("merged_into"),
        split_from=row.text("split_from"),
        split_by_company=bool(row.flag("split_by_company")),
        reopened_from=row.text("reopened_from"),
        filer_unit=_filer_unit(row, assignments, known),
        imported=bool(row.flag("imported")),
    )


def _content(row: Reader) -> facts.Content:
    company = row.inner("company")
    company.require(("name", "uscc"))
    return facts.Content(
        company_name=company.text("name", needed=True) or "",
        uscc=company.text("uscc"),
        title=row.text("title") or "",
        text=row.text("text") or "",
    )


def _filer_unit(row: Reader, assignments: tuple[facts.AssignmentFacts, ...], known: Known) -> str | None:
    """The filer's unit; an older system only says that it also leads (`self_handled`)."""
    unit = row.named("filer_unit", known.units, "单位")
    self_handled = row.flag("self_handled")
    if unit is not None or not self_handled:
        return unit
    return next((each.unit for each in assignments if each.final and each.part == Part.LEAD), None)


def _assignment(each: Reader, known: Known) -> facts.AssignmentFacts:
    each.require(ASSIGNMENT)
    return facts.AssignmentFacts(
        unit=each.named("unit", known.units, "单位", needed=True) or "",
        part=each.word("part", Part, needed=True) or Part.LEAD,
        dispatched_at=each.instant("dispatched_at", needed=True) or NEVER,
        ack_due_at=each.instant("ack_due_at"),
        acknowledged_at=each.instant("acknowledged_at"),
        acknowledged_recorded_at=each.instant("acknowledged_recorded_at"),
        due_at=each.instant("due_at"),
        original_due_at=each.instant("original_due_at"),
        due_moves=each.objects("due_moves", _due_move),
        original_due_moves=each.objects("original_due_moves", _due_move),
        replies=_replies(each),
        ended_at=each.instant("ended_at"),
        void=bool(each.flag("void")),
        final=bool(each.flag("final")),
    )


def _replies(each: Reader) -> tuple[facts.ReplyVersion, ...]:
    """The versions; `replied_at` alone is a version finally approved, nobody knows when."""
    replied_at = each.instant("replied_at")
    versions = each.objects("replies", _version)
    if versions:
        if not each.problems and replied_at != _replied_at(versions):
            each.refuse("replied_at", "与答复版本（replies）不一致")
        return versions
    return (facts.ReplyVersion(replied_at, None, True),) if replied_at else ()


def _replied_at(versions: tuple[facts.ReplyVersion, ...]) -> datetime | None:
    reply = asof.reply(versions, asof.Cut(asof.EVER, asof.EVER))
    return reply.submitted_at if reply else None


def _version(each: Reader) -> facts.ReplyVersion:
    return facts.ReplyVersion(
        submitted_at=each.instant("submitted_at", needed=True) or NEVER,
        judged_at=each.instant("judged_at"),
        approved=each.flag("approved"),
    )


def _due_move(each: Reader) -> facts.DueMove:
    each.require(("at", "before", "after", "reason"))
    return facts.DueMove(
        at=each.instant("at", needed=True) or NEVER,
        before=each.instant("before", needed=True) or NEVER,
        after=each.instant("after", needed=True) or NEVER,
        reason=each.word("reason", facts.DueReason, needed=True) or facts.DueReason.EXTENSION,
        recorded_at=each.instant("recorded_at"),
    )


def _shelved(each: Reader) -> facts.Shelved:
    each.require(("from", "to"))
    return facts.Shelved(each.instant("from", needed=True) or NEVER, each.instant("to"))


def _rating(each: Reader) -> facts.RatingFacts:
    each.require(RATING)
    return facts.RatingFacts(
        round=each.whole("round", ROUNDS, needed=True) or 1,
        source=each.word("source", RatingSource, needed=True) or RatingSource.PROXY,
        contacted=each.flag("contacted"),
        solved=each.word("solved", Solved),
        level=each.whole("level", LEVELS, needed=True) or 1,
        at=each.instant("at", needed=True) or NEVER,
        counts=each.flag("counts", default=True) is not False,
        discounted_at=each.instant("discounted_at"),
    )


def _rectification(each: Reader) -> facts.RectificationFacts:
    each.require(("round", "due_at"))
    round_ = each.whole("round", ROUNDS, needed=True) or 1
    return facts.RectificationFacts(round_, each.instant("due_at"), each.objects("reports", _version))


def _return(each: Reader, known: Known) -> facts.ReturnFacts:
    each.require(("unit", "at"))
    return facts.ReturnFacts(
        unit=each.named("unit", known.units, "单位", needed=True) or "",
        at=each.instant("at", needed=True) or NEVER,
        decided_at=each.instant("decided_at"),
        upheld=each.flag("upheld"),
        office_fault=bool(each.flag("office_fault")),
    )


def _duty(each: Reader) -> facts.DutyFacts:
    each.require(("kind", "holder", "due_at"))
    return facts.DutyFacts(
        kind=each.word("kind", facts.Duty, needed=True) or facts.Duty.ACCEPT,
        holder=each.text("holder", needed=True) or "",
        due_at=each.instant("due_at", needed=True) or NEVER,
        done_at=each.instant("done_at"),
    )


def _spell(each: Reader) -> facts.Spell:
    each.require(("holder", "from"))
    holder = each.text("holder", needed=True) or ""
    return facts.Spell(holder, each.instant("from", needed=True) or NEVER, each.instant("to"))


_UNDOABLE = frozenset({facts.DECLINED, facts.STRUCK_OFF, facts.COMPLETED, facts.APPROVED, *(each.value for each in Exclusion)})


def _undone(each: Reader) -> facts.Undone:
    each.require(("what", "at", "undone_at"))
    return facts.Undone(
        what=each.named("what", _UNDOABLE, "取值", needed=True) or facts.DECLINED,
        at=each.instant("at", needed=True) or NEVER,
        undone_at=each.instant("undone_at", needed=True) or NEVER,
        recorded_at=each.instant("recorded_at"),
    )


# -- writing ---------------------------------------------------------------------------------------------


def format(appeal: facts.AppealFacts) -> dict[str, object]:
    """The line of one appeal, with every optional key; times with the offset of Shanghai, ready for JSON."""
    lead = next((each for each in appeal.assignments if each.final and each.part == Part.LEAD), None)
    line: dict[str, object] = {
        "external_no": appeal.number,
        "source": appeal.source.label,
        "company": {"name": appeal.content.company_name, "uscc": appeal.content.uscc},
        "territory": appeal.territory,
        "task": appeal.task,
        "nature": appeal.nature.label,
        "title": appeal.content.title,
        "text": appeal.content.text,
        "submitted_at": appeal.submitted_at,
        "accepted_at": appeal.accepted_at,
        "due_at": appeal.due_at,
        "completed_at": appeal.completed_at,
        "outcome": appeal.outcome,
        "exclusion": appeal.exclusion,
        "excluded_at": appeal.excluded_at,
        "shelved": [{"from": each.from_at, "to": each.to_at} for each in appeal.shelved],
        "assignments": [_assignment_line(each) for each in appeal.assignments],
        "ratings": [_plain(each) for each in appeal.ratings],
        "struck_off_at": appeal.struck_off_at,
        "self_handled": lead is not None and lead.unit == appeal.filer_unit,
        "spells": [{"holder": e.holder, "from": e.from_at, "to": e.to_at} for e in appeal.spells],
    }
    for name in _AS_THEY_ARE:
        line[name] = _plain(getattr(appeal, name))
    return cast("dict[str, object]", _json(line))


_AS_THEY_ARE = (
    "due_moves", "excluded_recorded_at", "declined_at", "undone", "window_ends_at", "rectifications", "returns",
    "duties", "merged_into", "split_from", "split_by_company", "reopened_from", "filer_unit", "imported",
)  # fmt: skip


def _assignment_line(assignment: facts.AssignmentFacts) -> dict[str, object]:
    line = cast("dict[str, object]", _plain(assignment))
    line["replied_at"] = _replied_at(assignment.replies)
    if assignment.replies and assignment.replies == (
        facts.ReplyVersion(assignment.replies[0].submitted_at, None, True),
    ):
        line["replies"] = []
    return line


def _plain(value: object) -> object:
    """A dataclass as a dict of its fields, a tuple as a list; anything else as it is."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _json(value: object) -> object:
    """Times as ISO 8601 in Shanghai, words as their codes."""
    if isinstance(value, datetime):
        return value.astimezone(workdays.SHANGHAI).isoformat()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [_json(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _json(each) for key, each in value.items()}
    return value
