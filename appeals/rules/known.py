"""One appeal as it was known at an instant: everything recorded later is taken away again (policy §7, §9).

What remains is the same whenever it is asked, so that a cycle frozen nine days late freezes the same bytes.
Business text is left out: figures need none, and what is frozen must outlive what may have to be erased.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from appeals.rules import asof, facts, stock
from appeals.rules.words import Exclusion, Outcome


def known(appeal: facts.AppealFacts, at: datetime) -> facts.AppealFacts | None:
    """The appeal as known at `at`; None when it was not there yet.

    Duties and rectifications due after `at` are left out: no figure of a period that has ended needs them.
    """
    if appeal.submitted_at > at:
        return None
    cut = asof.Cut(asof.EVER, at)
    entered_at = stock.entered_at(appeal)
    excluded = asof.exclusion(appeal, cut)
    assignments = tuple(_assignments(appeal, cut))
    completed_at = asof.completed_at(appeal, cut)
    untrue = completed_at is not None and appeal.completed_at != completed_at  # only such a finding is ever taken back
    return replace(
        appeal,
        content=facts.Content(),
        task=appeal.task if assignments else None,
        accepted_at=cut.seen(appeal.accepted_at),
        due_at=asof.due(appeal, cut) if cut.sees(entered_at) else None,
        due_moves=_moves(appeal.due_moves, cut),
        completed_at=completed_at,
        outcome=(Outcome.UNTRUE if untrue else appeal.outcome) if completed_at else None,
        window_ends_at=appeal.window_ends_at if completed_at else None,
        exclusion=excluded[0] if excluded else None,
        excluded_at=excluded[1] if excluded else None,
        excluded_recorded_at=_recorded_at(appeal, excluded),
        declined_at=asof.declined_at(appeal, cut),
        struck_off_at=asof.struck_off_at(appeal, cut),
        undone=tuple(each for each in appeal.undone if cut.sees(each.undone_at)),
        shelved=tuple(
            facts.Shelved(each.from_at, cut.seen(each.to_at)) for each in appeal.shelved if cut.sees(each.from_at)
        ),
        assignments=assignments,
        ratings=tuple(_ratings(appeal, cut)),
        rectifications=tuple(_rectifications(appeal, cut)),
        returns=tuple(_returns(appeal, cut)),
        duties=tuple(
            replace(each, done_at=cut.seen(each.done_at)) for each in appeal.duties if cut.sees(each.due_at)
        ),
        spells=tuple(
            replace(each, to_at=cut.seen(each.to_at)) for each in appeal.spells if cut.sees(each.from_at)
        ),
    )


def _recorded_at(appeal: facts.AppealFacts, excluded: tuple[Exclusion, datetime] | None) -> datetime | None:
    """When the exclusion that stood was recorded: the present one, or one taken back since."""
    if excluded is None:
        return None
    if excluded == (appeal.exclusion, appeal.excluded_at or appeal.submitted_at):
        return appeal.excluded_recorded_at
    return next((each.recorded_at for each in appeal.undone if (each.what, each.at) == excluded), None)


def _moves(moves: Iterable[facts.DueMove], cut: asof.Cut) -> tuple[facts.DueMove, ...]:
    return tuple(each for each in moves if cut.sees(each.at, each.recorded_at))


def _versions(
    appeal: facts.AppealFacts, versions: Iterable[facts.ReplyVersion], cut: asof.Cut
) -> tuple[facts.ReplyVersion, ...]:
    def judged(version: facts.ReplyVersion) -> facts.ReplyVersion:
        if version.judged_at is None or cut.sees(version.judged_at):
            return version
        approved_at = asof.approval_taken_back(appeal, version, cut)
        return facts.ReplyVersion(version.submitted_at, approved_at, True if approved_at else None)

    return tuple(judged(each) for each in versions if cut.sees(each.submitted_at))


def _assignments(appeal: facts.AppealFacts, cut: asof.Cut) -> Iterator[facts.AssignmentFacts]:
    final = asof.final_lead(appeal, cut)
    for each in appeal.assignments:
        if cut.sees(each.dispatched_at):
            acknowledged = cut.sees(each.acknowledged_at, each.acknowledged_recorded_at)
            yield replace(
                each,
                acknowledged_at=each.acknowledged_at if acknowledged else None,
                acknowledged_recorded_at=each.acknowledged_recorded_at if acknowledged else None,
                due_at=asof.unit_limit(each, cut),
                original_due_at=asof.limit(each.original_due_at, each.original_due_moves, cut),
                due_moves=_moves(each.due_moves, cut),
                original_due_moves=_moves(each.original_due_moves, cut),
                replies=_versions(appeal, each.replies, cut),
                ended_at=cut.seen(each.ended_at),
                void=asof.is_void(each, cut),
                final=each is final,
            )


def _ratings(appeal: facts.AppealFacts, cut: asof.Cut) -> Iterator[facts.RatingFacts]:
    for each in appeal.ratings:
        if cut.sees(each.at):
            later = each.discounted_at is not None and not cut.sees(each.discounted_at)
            yield replace(each, counts=True, discounted_at=None) if later else each


def _rectifications(appeal: facts.AppealFacts, cut: asof.Cut) -> Iterator[facts.RectificationFacts]:
    for each in appeal.rectifications:
        if cut.sees(each.due_at):
            yield replace(each, reports=_versions(appeal, each.reports, cut))


def _returns(appeal: facts.AppealFacts, cut: asof.Cut) -> Iterator[facts.ReturnFacts]:
    for each in appeal.returns:
        if cut.sees(each.decided_at):
            yield each
        elif cut.sees(each.at):
            yield facts.ReturnFacts(each.unit, each.at)
