"""Where an imported appeal stands: its state follows from its last time (contract, ledger line; policy §3).

What runs out by itself before the import is neither done nor announced again: a unit that had not acknowledged by
its limit simply counts as having the matter in hand.
"""

from datetime import datetime

from appeals.rules import asof, facts, holding
from appeals.rules.words import POOR_LEVELS, Exclusion, Part, RatingSource, Solved, State

EVERYTHING = asof.Cut(asof.EVER, asof.EVER)
_EXCLUDED = {
    Exclusion.STATUTORY: State.STATUTORY, Exclusion.MERGED: State.MERGED, Exclusion.WITHDRAWN: State.ENDED,
    Exclusion.LEGAL: State.ENDED, Exclusion.UNCOOPERATIVE: State.ENDED, Exclusion.UNTRUE: State.ENDED,
}  # fmt: skip


def state(appeal: facts.AppealFacts, at: datetime) -> tuple[State, datetime]:
    """The state of an appeal imported at `at`, and since when it has stood."""
    if appeal.exclusion in _EXCLUDED:
        return _EXCLUDED[appeal.exclusion], appeal.excluded_at or appeal.submitted_at
    if appeal.declined_at:
        return State.DECLINED, appeal.declined_at
    if appeal.struck_off_at:
        return State.STRUCK_OFF, appeal.struck_off_at
    if appeal.completed_at:
        poor = poor_rating(appeal)
        open_ = poor is not None or _rectifying(appeal)
        return (State.RECTIFYING, poor.at if poor else appeal.completed_at) if open_ else _completed(appeal)
    if appeal.shelved and appeal.shelved[-1].to_at is None:
        return State.SHELVED, appeal.shelved[-1].from_at
    return _on_the_way(appeal, at)


def _completed(appeal: facts.AppealFacts) -> tuple[State, datetime]:
    audits = (each.reports[-1].judged_at for each in appeal.rectifications if each.reports)
    assert appeal.completed_at is not None
    return State.COMPLETED, max([each for each in audits if each], default=appeal.completed_at)


def _on_the_way(appeal: facts.AppealFacts, at: datetime) -> tuple[State, datetime]:
    lead = lead_of(appeal)
    if lead is None:
        waiting = open_spell(appeal, holding.COMPANY)
        if appeal.accepted_at:
            return State.ACCEPTED, appeal.accepted_at
        return (State.TO_SUPPLEMENT, waiting.from_at) if waiting else (State.SUBMITTED, appeal.submitted_at)
    reply = asof.reply(lead.replies, EVERYTHING)
    if reply is not None:
        return State.REPLIED, reply.submitted_at
    taken_at = lead.acknowledged_at or (lead.ack_due_at if lead.ack_due_at and lead.ack_due_at <= at else None)
    return (State.IN_HAND, taken_at) if taken_at else (State.DISPATCHED, lead.dispatched_at)


def lead_of(appeal: facts.AppealFacts) -> facts.AssignmentFacts | None:
    """The final lead that still holds the appeal."""
    leads = [each for each in appeal.assignments if each.part == Part.LEAD and each.final]
    return leads[-1] if leads and leads[-1].ended_at is None else None


def open_spell(appeal: facts.AppealFacts, holder: str) -> facts.Spell | None:
    """The spell in which this holder still has the turn."""
    return next((each for each in reversed(appeal.spells) if each.holder == holder and each.to_at is None), None)


def round_of(appeal: facts.AppealFacts) -> int:
    """The present round: one more than the rectifications audited, at least that of the last rating."""
    audited = [each.round + 1 for each in appeal.rectifications if _audited(each)]
    return max([1, *audited, *(each.round for each in appeal.ratings)])


def poor_rating(appeal: facts.AppealFacts) -> facts.RatingFacts | None:
    """The rating of the present round that forces a rectification, if its last word was poor or not solved."""
    last = [
        each for each in appeal.ratings
        if each.round == round_of(appeal) and each.counts and each.source != RatingSource.PROXY
    ]  # fmt: skip
    if last and (last[-1].level in POOR_LEVELS or last[-1].solved == Solved.NO):
        return last[-1]
    return None


def _rectifying(appeal: facts.AppealFacts) -> bool:
    return any(each.round == round_of(appeal) and not _audited(each) for each in appeal.rectifications)


def _audited(rectification: facts.RectificationFacts) -> bool:
    return any(each.approved for each in rectification.reports)
