"""An appeal as known at F: what happened before an instant and was recorded by another (policy §7, §9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appeals.rules import deadlines, facts, workdays
from appeals.rules.words import Exclusion, Part, RatingSource

EVER = datetime.max.replace(tzinfo=UTC)
# Policy §6: the last change within 24 h counts. No setting: what a rate means must not differ from appeal to appeal
# (docs/decisions/0009).
EDITABLE = timedelta(hours=24)
OUTSIDE = frozenset({Exclusion.TEST, Exclusion.STATUTORY})
EXCLUSIONS = frozenset(each.value for each in Exclusion)
# The exclusions that take an appeal out of timeliness and clearance when they come before its due (policy §9).
LEAVING = frozenset({Exclusion.MERGED, Exclusion.WITHDRAWN, Exclusion.LEGAL, Exclusion.UNCOOPERATIVE})


@dataclass(frozen=True, slots=True)
class Cut:
    """What a figure may use: facts that happened before `before` and were recorded by `known_at`."""

    before: datetime
    known_at: datetime

    def sees(self, at: datetime | None, recorded_at: datetime | None = None) -> bool:
        """Whether a fact of this instant, recorded then or at `recorded_at`, may be used."""
        return at is not None and at < self.before and (recorded_at or at) <= self.known_at

    def seen(self, at: datetime | None, recorded_at: datetime | None = None) -> datetime | None:
        """The instant itself if it may be used, else None."""
        return at if self.sees(at, recorded_at) else None


def limit(value: datetime | None, moves: Iterable[facts.DueMove], cut: Cut) -> datetime | None:
    """A limit as it stood: after its last move that may be used, before its first one if none may."""
    first = None
    for move in moves:
        if cut.sees(move.at, move.recorded_at):
            first, value = move, move.after
        elif first is None:
            first, value = move, move.before
    return value


def due(appeal: facts.AppealFacts, cut: Cut) -> datetime | None:
    """`Appeal.due_at` as it stood; None before acceptance."""
    return limit(appeal.due_at, appeal.due_moves, cut) if appeal.due_moves else appeal.due_at


def unit_limit(assignment: facts.AssignmentFacts, cut: Cut) -> datetime | None:
    """`Assignment.due_at` as it stood."""
    return limit(assignment.due_at, assignment.due_moves, cut)


def original_limit(assignment: facts.AssignmentFacts, cut: Cut) -> datetime | None:
    """The unit's limit without extensions, as it stood; without one of its own, the limit itself."""
    original = limit(assignment.original_due_at, assignment.original_due_moves, cut)
    return original or unit_limit(assignment, cut)


def exclusion(appeal: facts.AppealFacts, cut: Cut) -> tuple[Exclusion, datetime] | None:
    """The exclusion that stood, with its instant; policy §9."""
    if appeal.exclusion is not None:
        at = appeal.excluded_at or appeal.submitted_at
        if cut.sees(at, appeal.excluded_recorded_at):
            return appeal.exclusion, at
    for past in appeal.undone:
        if past.what in EXCLUSIONS and _stood(past, cut):
            return Exclusion(past.what), past.at
    return None


def declined_at(appeal: facts.AppealFacts, cut: Cut) -> datetime | None:
    """When it was declined, unless a review had already upheld the company."""
    return cut.seen(appeal.declined_at) or _past(appeal, facts.DECLINED, cut)


def completed_at(appeal: facts.AppealFacts, cut: Cut) -> datetime | None:
    """When it was completed, unless a review had already taken back the finding that completed it."""
    return cut.seen(appeal.completed_at) or _past(appeal, facts.COMPLETED, cut)


def approval_taken_back(appeal: facts.AppealFacts, version: facts.ReplyVersion, cut: Cut) -> datetime | None:
    """When a version that has since been judged anew was approved, as far as that stood."""
    return next(
        (past.at for past in appeal.undone
         if past.what == facts.APPROVED and past.undone_at == version.judged_at and _stood(past, cut)), None
    )  # fmt: skip


def struck_off_at(appeal: facts.AppealFacts, cut: Cut) -> datetime | None:
    """When it was struck off, unless a change to a poor rating had already undone it."""
    return cut.seen(appeal.struck_off_at) or _past(appeal, facts.STRUCK_OFF, cut)


def _past(appeal: facts.AppealFacts, what: str, cut: Cut) -> datetime | None:
    return next((past.at for past in appeal.undone if past.what == what and _stood(past, cut)), None)


def _stood(past: facts.Undone, cut: Cut) -> bool:
    return cut.sees(past.at, past.recorded_at) and not cut.sees(past.undone_at)


def is_void(assignment: facts.AssignmentFacts, cut: Cut) -> bool:
    """Recalled, returned for the office's fault, or excused, as known."""
    return assignment.void and (assignment.ended_at is None or cut.sees(assignment.ended_at))


def final_lead(appeal: facts.AppealFacts, cut: Cut) -> facts.AssignmentFacts | None:
    """The lead that stood for the appeal; None while nobody had it but the coordination office."""
    held = [
        each
        for each in appeal.assignments
        if each.part == Part.LEAD
        and cut.sees(each.dispatched_at)
        and not is_void(each, cut)
        and not cut.sees(each.ended_at)
    ]
    return max(held, key=lambda each: (each.final, each.dispatched_at), default=None)


def reply(
    versions: Iterable[facts.ReplyVersion], cut: Cut, judged_before: datetime = EVER
) -> facts.ReplyVersion | None:
    """The version that counts: the approved one, else the last not yet judged, among those before the cut.

    Judgements count by `known_at`, even past the cut's end (policy §9); `judged_before` bounds them further.
    """
    waiting = None
    for version in versions:
        if not cut.sees(version.submitted_at):
            continue
        verdict = verdict_of(version, Cut(judged_before, cut.known_at))
        if verdict:
            return version
        if verdict is None:
            waiting = version
    return waiting


def verdict_of(version: facts.ReplyVersion, cut: Cut) -> bool | None:
    """Approved, sent back, or None while not judged; an approval of unknown instant holds always."""
    if version.judged_at is not None and not cut.sees(version.judged_at):
        return None
    return version.approved


def shelved_at(appeal: facts.AppealFacts, moment: datetime, cut: Cut) -> bool:
    """Whether the appeal was shelved at `moment`."""
    return any(
        cut.sees(each.from_at)
        and each.from_at <= moment
        and not (cut.sees(each.to_at) and each.to_at is not None and each.to_at <= moment)
        for each in appeal.shelved
    )


# -- ratings, policy §6 ----------------------------------------------------------------------------------


def rating_valid(rating: facts.RatingFacts) -> bool:
    """A round-1 rating that was valid when given: not PROXY, not from staff."""
    own = rating.counts or rating.discounted_at is not None  # a review upheld takes out what did count until then
    return rating.round == 1 and rating.source != RatingSource.PROXY and own


def window_end(
    appeal: facts.AppealFacts, calendar: workdays.Calendar, limits: deadlines.Limits
) -> datetime | None:
    """The end of the window in which a rating counts; None before completion."""
    if appeal.window_ends_at is not None or appeal.completed_at is None:
        return appeal.window_ends_at
    return deadlines.rating_window(appeal.completed_at, calendar, limits)


def first_rating(appeal: facts.AppealFacts, window_ends_at: datetime, cut: Cut) -> facts.RatingFacts | None:
    """The rating that settles the appeal: the first valid one of round 1 inside the window.

    A review upheld later does not unsettle it: the appeal stays in its cohort, unrated (policy §6).
    """
    inside = [
        each
        for each in appeal.ratings
        if cut.sees(each.at) and each.at <= window_ends_at and rating_valid(each)
    ]
    return min(inside, key=lambda each: each.at, default=None)


def counted_rating(appeal: facts.AppealFacts, first: facts.RatingFacts, cut: Cut) -> facts.RatingFacts | None:
    """What counts of it: its last change within 24 hours, known at F, even past the cut's end (policy §9).

    None if an upheld review has taken that out.
    """
    changes = [
        each
        for each in appeal.ratings
        if first.at <= each.at <= first.at + EDITABLE and each.at <= cut.known_at and rating_valid(each)
    ]
    # Of two in the same second the later entry of the tuple is the change.
    last = max(enumerate(changes), key=lambda pair: (pair[1].at, pair[0]))[1]
    return None if not last.counts and cut.sees(last.discounted_at) else last
