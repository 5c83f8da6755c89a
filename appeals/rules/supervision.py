"""Which paper is due on an appeal, at which level, and since when: the table of policy §8."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appeals.rules import asof, deadlines, facts, workdays
from appeals.rules.deadlines import Limits
from appeals.rules.papers import FIFTH, FIRST, FOURTH, SECOND, THIRD, Ground
from appeals.rules.words import POOR_LEVELS, Exclusion, Part, RatingSource
from appeals.rules.workdays import SHANGHAI, Calendar

EVENING = time(18, 5)  # of each working day: what ran out at 18:00 is known by then
LAST = asof.EVER


@dataclass(frozen=True, slots=True)
class Sent:
    """A paper on this appeal that was not dropped; `sent_at` None while it is a draft."""

    unit: str
    level: int
    sent_at: datetime | None = None
    answer_due_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of an appeal beside its facts.

    `contact_due_at` and `contacted_at` are the present lead's. `spent`: (unit, ground) of drafts that were
    dropped. `reds`: unit → when it was sent its second red paper of this quarter. `proven`: findings and when.
    """

    contact_due_at: datetime | None = None
    contacted_at: datetime | None = None
    urged: bool = False
    imported_at: datetime | None = None
    papers: tuple[Sent, ...] = ()
    spent: frozenset[tuple[str, str]] = frozenset()
    reds: tuple[tuple[str, datetime], ...] = ()
    proven: tuple[tuple[Ground, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground, of which level, towards whom, since when."""

    level: int
    ground: Ground
    unit: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Scene:
    """One appeal as it was known one evening, with everything that is needed to judge it."""

    appeal: facts.AppealFacts
    beside: Beside
    at: datetime
    office: str
    calendar: Calendar
    limits: Limits

    @property
    def lead(self) -> facts.AssignmentFacts | None:
        """Who had it."""
        return asof.final_lead(self.appeal, asof.Cut(LAST, LAST))

    @property
    def elsewhere(self) -> bool:
        """Whether the turn was somebody else's: a decider's, the company's."""
        return any(s.from_at <= self.at and (s.to_at is None or s.to_at > self.at) for s in self.appeal.spells)

    def past(self, limit: datetime | None) -> bool:
        """Whether a limit was over."""
        return limit is not None and limit < self.at

    def after(self, at: datetime, days: int) -> datetime:
        """So many working days later."""
        return deadlines.after(at, days, self.calendar)


def evenings(last: date | None, now: datetime, first: date, calendar: Calendar) -> list[date]:
    """The working days whose evening has come since `last`, oldest first; without one, from `first` on."""
    start = max(first, last + timedelta(days=1)) if last else first
    today = workdays.day_of(now)
    if start > today:
        return []
    return [day for day in workdays.days_from(start, today) if calendar.is_working(day) and evening(day) <= now]


def evening(day: date) -> datetime:
    """The instant at which the papers of a day are drafted."""
    return datetime.combine(day, EVENING, SHANGHAI)


def due(scene: Scene) -> list[Reason]:
    """The grounds of the one paper that is due this evening; empty when none is.

    All are of one level and towards one unit. One supervision per appeal: it rises and never doubles, so nothing
    is due at or below a level that unit has reached; a draft that was dropped is not drafted again on its ground.
    """
    found = [each for each in _reasons(scene) if _counts(scene, each)]
    if not found:
        return []
    highest = max(each.level for each in found)
    unit = next(each.unit for each in found if each.level == highest)
    return [each for each in found if (each.level, each.unit) == (highest, unit)]


def _counts(scene: Scene, reason: Reason) -> bool:
    reached = max((p.level for p in scene.beside.papers if p.unit == reason.unit), default=-1)
    old = scene.beside.imported_at is not None and reason.since < scene.beside.imported_at
    return reason.level > reached and not old and (reason.unit, reason.ground) not in scene.beside.spent


def _reasons(scene: Scene) -> Iterator[Reason]:
    """Nothing of what has ended, rests or is outside; a conduct complaint is judged like any other."""
    if _over(scene.appeal) or any(each.to_at is None for each in scene.appeal.shelved):
        return
    for find in _FINDERS:
        yield from find(scene)


def _over(appeal: facts.AppealFacts) -> bool:
    ended = appeal.exclusion is not None and appeal.exclusion is not Exclusion.UNREASONABLE
    return bool(ended or appeal.declined_at or appeal.struck_off_at)


# -- first level -----------------------------------------------------------------------------------------


def _of_the_unit(scene: Scene) -> Iterator[Reason]:
    """What the lead owes and has not done; not while the turn is another's."""
    lead = scene.lead
    if lead is None or scene.appeal.completed_at is not None or scene.elsewhere:
        return
    if lead.acknowledged_at is None and scene.past(lead.ack_due_at) and lead.ack_due_at:
        yield Reason(FIRST, Ground.UNACKNOWLEDGED, lead.unit, lead.ack_due_at)
    contact = scene.beside.contact_due_at
    uncontacted = scene.beside.contacted_at is None or scene.beside.contacted_at > scene.at
    if uncontacted and scene.past(contact) and contact:
        yield Reason(FIRST, Ground.NO_CONTACT, lead.unit, contact)
    limit = unit_limit(scene)
    if limit is not None and limit < scene.at:
        yield Reason(FIRST, Ground.LIMIT, lead.unit, limit)


def unit_limit(scene: Scene) -> datetime | None:
    """By when the lead owes a version, None while one waits or stands: after a send-back never before its day."""
    lead = scene.lead
    if lead is None or lead.due_at is None or asof.reply(lead.replies, asof.Cut(LAST, LAST)) is not None:
        return None
    back = [v.judged_at for v in lead.replies if v.judged_at is not None]
    again = scene.after(max(back), scene.limits.send_back_minimum) if back else lead.due_at
    return max(lead.due_at, again)


def _send_backs(scene: Scene) -> Iterator[Reason]:
    lead = scene.lead
    if lead is None or scene.appeal.completed_at is not None:
        return
    back = sorted(v.judged_at for v in lead.replies if v.approved is False and v.judged_at is not None)
    if back:
        yield Reason(FIRST, Ground.SENT_BACK, lead.unit, back[0])
    if len(back) >= scene.limits.send_backs_second:
        yield Reason(SECOND, Ground.SENT_BACK_TWICE, lead.unit, back[scene.limits.send_backs_second - 1])


def _ratings(scene: Scene) -> Iterator[Reason]:
    """Poor ratings, once the company can change them no more: before that no unit sees them (policy §6)."""
    lead = scene.lead
    if lead is None:
        return
    for round_, level, ground in ((1, FIRST, Ground.POOR), (2, THIRD, Ground.POOR_AGAIN)):
        settled = poor_since(scene.appeal, round_)
        if settled is not None and settled < scene.at:
            yield Reason(level, ground, lead.unit, settled)


def poor_since(appeal: facts.AppealFacts, round_: int) -> datetime | None:
    """When a round's rating settled as poor; None if it did not."""
    given = [r for r in appeal.ratings if r.round == round_ and r.counts and r.source is not RatingSource.PROXY]
    return given[0].at + asof.EDITABLE if given and given[-1].level in POOR_LEVELS else None


# -- higher ----------------------------------------------------------------------------------------------


def _overdue(scene: Scene) -> Iterator[Reason]:
    """The promise to the company is broken: towards whoever has it."""
    promise = scene.appeal.due_at
    if scene.appeal.completed_at is not None or promise is None:
        return
    unit, late = _holder(scene), scene.after(promise, scene.limits.overdue_third)
    if scene.past(promise):
        yield Reason(SECOND, Ground.OVERDUE, unit, promise)
    if scene.past(late):
        yield Reason(THIRD, Ground.LONG_OVERDUE, unit, late)


def _holder(scene: Scene) -> str:
    """The lead, if its own limit is over and the turn is its own; else the coordination office (as policy §7)."""
    lead, limit = scene.lead, unit_limit(scene)
    return lead.unit if lead and limit is not None and limit < scene.at and not scene.elsewhere else scene.office


def _unanswered(scene: Scene) -> Iterator[Reason]:
    """A paper whose answer is overdue makes the next one due; a draft nobody sent does not."""
    rise = {FIRST: (SECOND, Ground.FIRST_UNANSWERED), SECOND: (THIRD, Ground.SECOND_UNANSWERED)}
    for paper in scene.beside.papers:
        answered = paper.answered_at is not None and paper.answered_at <= scene.at
        if paper.level in rise and scene.past(paper.answer_due_at) and not answered and paper.answer_due_at:
            yield Reason(*rise[paper.level], paper.unit, paper.answer_due_at)


def _no_lead(scene: Scene) -> Iterator[Reason]:
    leads = [a for a in scene.appeal.assignments if a.part is Part.LEAD]
    lead = scene.lead
    waits = lead is None or (lead.acknowledged_at is None and scene.past(lead.ack_due_at) and not scene.elsewhere)
    if len(leads) >= scene.limits.dispatches_third and waits and scene.appeal.completed_at is None:
        since = lead.ack_due_at if lead else max((a.ended_at for a in leads if a.ended_at), default=None)
        yield Reason(THIRD, Ground.NO_LEAD, lead.unit if lead else scene.office, since or leads[-1].dispatched_at)


def _to_talk_about(scene: Scene) -> Iterator[Reason]:
    lead, reds = scene.lead, dict(scene.beside.reds)
    for paper in scene.beside.papers:
        if paper.level != THIRD or paper.sent_at is None or paper.sent_at > scene.at:
            continue
        long = scene.after(paper.sent_at, scene.limits.talk_after_red)
        if scene.past(long) and not _quiet(scene):
            yield Reason(FOURTH, Ground.LONG_RED, paper.unit, long)
        if paper.unit in reds:
            yield Reason(FOURTH, Ground.TWO_REDS, paper.unit, reds[paper.unit])
    if lead is not None:
        yield from (Reason(FOURTH, ground, lead.unit, at) for ground, at in scene.beside.proven if at <= scene.at)


def _quiet(scene: Scene) -> bool:
    """Completed, and the last rating was not poor."""
    return scene.appeal.completed_at is not None and not _dissatisfied(scene)


def _dissatisfied(scene: Scene) -> bool:
    last = max((r.round for r in scene.appeal.ratings), default=0)
    return poor_since(scene.appeal, last) is not None if last else scene.beside.urged


def _to_refer(scene: Scene) -> Iterator[Reason]:
    """Many attempts, still not moving, the company dissatisfied: people decide."""
    lead, most = scene.lead, scene.limits.attempts_fifth
    leads = [a for a in scene.appeal.assignments if a.part is Part.LEAD]
    back = [v for a in leads for v in a.replies if v.approved is False]
    rounds = max((r.round for r in scene.appeal.ratings if r.level in POOR_LEVELS), default=0)
    stuck = scene.past(scene.appeal.due_at) if scene.appeal.completed_at is None else rounds >= most
    if lead and stuck and max(len(leads), len(back), rounds) >= most and _dissatisfied(scene):
        since = poor_since(scene.appeal, rounds) if rounds >= most else scene.appeal.due_at
        if since is not None and since < scene.at:
            yield Reason(FIFTH, Ground.NOT_MOVING, lead.unit, since)


_FINDERS: tuple[Callable[[Scene], Iterator[Reason]], ...] = (
    _of_the_unit, _send_backs, _ratings, _overdue, _unanswered, _no_lead, _to_talk_about, _to_refer,
)  # fmt: skip
