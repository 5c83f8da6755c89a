"""Random legal histories of autumn 2026, and what of one was on record at an instant."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from appeals.rules import deadlines, facts, holding
from appeals.rules.facts import (
    AppealFacts,
    AssignmentFacts,
    DueMove,
    DueReason,
    Duty,
    DutyFacts,
    RatingFacts,
    RectificationFacts,
    ReplyVersion,
    ReturnFacts,
    Shelved,
    Spell,
    Undone,
)  # fmt: skip
from appeals.rules.words import Exclusion, Outcome, Part, RatingSource, Solved
from tests.rules.histories import CALENDAR, LIMITS, OFFICE, U1, U2, U3, at


def stock_of(seed: int, size: int = 12) -> list[AppealFacts]:
    """`size` appeals, the same for the same seed; a few are split, linked or self-handled."""
    dice = random.Random(seed)
    appeals = [random_appeal(dice, f"Q{n}") for n in range(size)]
    return [_linked(dice, each, appeals) for each in appeals]


def _linked(dice: random.Random, one: AppealFacts, appeals: list[AppealFacts]) -> AppealFacts:
    other = dice.choice(appeals)
    if other is one or dice.randrange(100) >= 25:
        return one
    if other.struck_off_at and other.struck_off_at <= one.submitted_at:
        return replace(one, reopened_from=other.number)
    if dice.randrange(2):
        return replace(one, filer_unit=dice.choice((U1, U2, U3)))
    return replace(one, split_from=other.number, split_by_company=bool(dice.randrange(2)))


def random_appeal(dice: random.Random, number: str) -> AppealFacts:
    """A legal history of autumn 2026, any of its turns possible; some are far from finished."""
    submitted = at("2026-09-21 09:00") + timedelta(minutes=dice.randrange(60 * 24 * 70))
    accept_due = deadlines.acceptance(submitted, CALENDAR, LIMITS)
    history = _Life(dice, AppealFacts(number, submitted, due_at=None), accept_due)
    history.live()
    return history.appeal


class _Life:
    """Rolls one life step by step; `now` only moves forward."""

    def __init__(self, dice: random.Random, start: AppealFacts, accept_due: datetime) -> None:
        self.dice, self.appeal, self.accept_due = dice, start, accept_due
        self.now = start.submitted_at

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def later(self, hours: int) -> datetime:
        self.now += timedelta(seconds=self.dice.randrange(1, hours * 3600))
        return self.now

    def change(self, **fields: object) -> None:
        self.appeal = replace(self.appeal, **fields)

    def live(self) -> None:
        if self.chance(5):
            return self._wait_for_acceptance()
        if self.chance(8):
            return self._decline()
        self._accept()
        if self.chance(4):
            return None
        for _ in range(1 + self.chance(15) + self.chance(10)):
            self._dispatch()
        if self.chance(20):
            self._support()
        if self.chance(25):
            self._extend()
        if self.chance(15):
            self._shelve()
        if self.chance(15):
            self._exclude((Exclusion.MERGED, Exclusion.WITHDRAWN, Exclusion.UNCOOPERATIVE, Exclusion.LEGAL))
            if self.appeal.exclusion:
                return None
        if self.chance(80):
            self._answer()
        return None

    def _duty(self, done: datetime | None) -> None:
        self.change(duties=(DutyFacts(Duty.ACCEPT, OFFICE, self.accept_due, done),))
        if done is None or done > self.accept_due:
            self.change(due_at=deadlines.after(self.accept_due, 10, CALENDAR))

    def _wait_for_acceptance(self) -> None:
        self._duty(None)

    def _decline(self) -> None:
        declined = self.later(60)
        self._duty(declined)
        if self.chance(40):
            upheld = self.later(100)
            self.change(undone=(Undone(facts.DECLINED, declined, upheld),), accepted_at=upheld)
            self.change(due_at=deadlines.after(upheld, 10, CALENDAR))
            self._dispatch()
        else:
            self.change(declined_at=declined)

    def _accept(self) -> None:
        accepted = self.later(40)
        self._duty(accepted)
        due = deadlines.after(min(accepted, self.accept_due), 10, CALENDAR)
        self.change(accepted_at=accepted, due_at=due)
        if self.chance(2):
            self.change(exclusion=Exclusion.STATUTORY, excluded_at=self.later(5))

    def _dispatch(self) -> None:
        held = [each for each in self.appeal.assignments if each.ended_at is None]
        if held:
            self._take_away(held[-1])
        when = self.now if self.chance(30) and not held else self.later(30)
        due = deadlines.unit_limit("help", self.appeal.due_at, when, False, CALENDAR, LIMITS)
        ack_due = deadlines.acknowledgement(when, CALENDAR, LIMITS)
        new = AssignmentFacts(
            self.dice.choice((U1, U2, U3, OFFICE)), Part.LEAD, when, ack_due,
            self.later(40) if self.chance(80) else None, None, due, due, final=True,
        )  # fmt: skip
        self.change(assignments=(*self.appeal.assignments, new))

    def _take_away(self, one: AssignmentFacts) -> None:
        ended, void = self.later(30), self.chance(60)
        back = ReturnFacts(one.unit, ended - timedelta(seconds=60), ended, True, void)
        lost = replace(one, ended_at=ended, void=void, final=False, acknowledged_at=None)
        if back.at < one.dispatched_at:
            back = replace(back, at=one.dispatched_at)
        self.change(
            assignments=(*(each for each in self.appeal.assignments if each is not one), lost),
            returns=(*self.appeal.returns, back),
        )

    def _lead(self) -> AssignmentFacts:
        return next(each for each in self.appeal.assignments if each.final and each.part is Part.LEAD)

    def _change_lead(self, **fields: object) -> None:
        one = self._lead()
        both = [replace(each, **fields) if each is one else each for each in self.appeal.assignments]
        self.change(assignments=tuple(both))

    def _support(self) -> None:
        one = self._lead()
        due = deadlines.support_limit(one.dispatched_at, one.due_at, CALENDAR, LIMITS)
        replies = (ReplyVersion(self.later(40), None, True),) if self.chance(60) else ()
        support = AssignmentFacts(
            U3, Part.SUPPORT, one.dispatched_at, one.ack_due_at, None, None, due, due, replies=replies
        )
        self.change(assignments=(*self.appeal.assignments, support))

    def _extend(self) -> None:
        one, granted = self._lead(), self.later(20)
        if granted >= min(one.due_at, self.appeal.due_at):
            return
        self._move(granted, DueReason.EXTENSION)

    def _move(self, when: datetime, reason: DueReason) -> None:
        one, due = self._lead(), self.appeal.due_at
        days = self.dice.randrange(1, 9)
        unit_after = deadlines.after(one.due_at, days, CALENDAR)
        after = deadlines.after(due, days, CALENDAR)
        unit_move = DueMove(when, one.due_at, unit_after, reason)
        original = {}
        if reason is not DueReason.EXTENSION:
            original_after = deadlines.after(one.original_due_at, days, CALENDAR)
            original = {
                "original_due_at": original_after,
                "original_due_moves": (
                    *one.original_due_moves, DueMove(when, one.original_due_at, original_after, reason),
                ),
            }  # fmt: skip
        self._change_lead(due_at=unit_after, due_moves=(*one.due_moves, unit_move), **original)
        self.change(due_at=after, due_moves=(*self.appeal.due_moves, DueMove(when, due, after, reason)))

    def _shelve(self) -> None:
        start = self.later(30)
        if start >= min(self._lead().due_at, self.appeal.due_at):
            return
        if self.chance(40):
            self.change(shelved=(Shelved(start),))
        else:
            back = self.later(24 * 20)
            self.change(shelved=(Shelved(start, back),))
            self._move(back, DueReason.SHELVING)

    def _exclude(self, kinds: tuple[Exclusion, ...]) -> None:
        kind, asked = self.dice.choice(kinds), self.later(24 * 12)
        recorded = self.later(40) if kind is Exclusion.WITHDRAWN else None
        shelved = tuple(
            replace(each, to_at=recorded or asked) if each.to_at is None and self.chance(50) else each
            for each in self.appeal.shelved
        )
        self.change(shelved=shelved)
        if kind is Exclusion.MERGED and self.chance(50):
            undone = Undone(kind.value, asked, self.later(24 * 8), recorded)
            self.change(undone=(*self.appeal.undone, undone))
            self._move(self.now, DueReason.UNMERGE)
        else:
            self.change(exclusion=kind, excluded_at=asked, excluded_recorded_at=recorded)

    def _answer(self) -> None:
        if any(each.to_at is None for each in self.appeal.shelved):
            return
        if self.chance(15):
            self.change(spells=(Spell(holding.COMPANY, self.later(20), self.later(60)),))
        versions = []
        for _ in range(1 + self.chance(20)):
            if versions:
                versions[-1] = replace(versions[-1], judged_at=self.later(30), approved=False)
            versions.append(ReplyVersion(self.later(24 * 9)))
        if self.chance(85):
            versions[-1] = replace(versions[-1], judged_at=self.later(50), approved=True)
            outcome = self.dice.choice(tuple(Outcome)[:3])
            self.change(completed_at=self.now, outcome=outcome)
        self._change_lead(replies=tuple(versions))
        if self.appeal.completed_at:
            self._rate()

    def _rate(self) -> None:
        given = []
        for _ in range(self.dice.randrange(4)):
            source = self.dice.choice((*RatingSource, RatingSource.SELF))
            counts = not self.chance(10)
            given.append(
                RatingFacts(
                    1, source, self.dice.choice((True, False, None)), self.dice.choice((*Solved, None)),
                    self.dice.randrange(1, 6), self.later(60), counts,
                )
            )  # fmt: skip
        self.change(ratings=tuple(given))
        if self.chance(10):
            self.change(
                exclusion=Exclusion.UNREASONABLE, excluded_at=self.later(40), outcome=Outcome.EXPLAINED
            )
        if self.chance(30):
            due = deadlines.after(self.now, 5, CALENDAR)
            report = ReplyVersion(self.later(24 * 8))
            if self.chance(60):
                report = replace(report, judged_at=self.later(30), approved=True)
            self.change(rectifications=(RectificationFacts(1, due, (report,)),))
        elif self.chance(60):
            self.change(struck_off_at=self.later(24 * 8))


# -- what was on record ----------------------------------------------------------------------------------


def as_recorded_by(one: AppealFacts, when: datetime) -> AppealFacts | None:
    """What a system would have on file at `when` (inclusive), with no trace of anything later."""
    if one.submitted_at > when:
        return None

    def kept(moment: datetime | None) -> datetime | None:
        return moment if moment and moment <= when else None

    one = replace(one, **_standing(one, when))
    assignments = [_assignment(each, when) for each in one.assignments if each.dispatched_at <= when]
    leads = [each for each in assignments if each.part is Part.LEAD and not each.ended_at]
    final = leads[-1] if leads else None
    due_at, due_moves = _limit(one.due_at, one.due_moves, when)
    return replace(
        one,
        accepted_at=kept(one.accepted_at),
        due_at=due_at,
        due_moves=due_moves,
        completed_at=kept(one.completed_at),
        outcome=one.outcome if kept(one.completed_at) else None,
        shelved=tuple(Shelved(e.from_at, kept(e.to_at)) for e in one.shelved if e.from_at <= when),
        assignments=tuple(replace(each, final=each is final) for each in assignments),
        ratings=tuple(each for each in one.ratings if each.at <= when),
        rectifications=tuple(
            replace(each, reports=_versions(each.reports, when)) for each in one.rectifications
        ),
        returns=tuple(
            each if kept(each.decided_at) else ReturnFacts(each.unit, each.at)
            for each in one.returns if each.at <= when
        ),
        duties=tuple(replace(each, done_at=kept(each.done_at)) for each in one.duties),
        spells=tuple(replace(e, to_at=kept(e.to_at)) for e in one.spells if e.from_at <= when),
    )  # fmt: skip


def _standing(one: AppealFacts, when: datetime) -> dict[str, object]:
    """Exclusion, decline and strike-off as they stood, with what was undone later put back."""
    booked = one.excluded_recorded_at or one.excluded_at
    if one.exclusion and booked and booked > when:
        one = replace(one, exclusion=None, excluded_at=None, excluded_recorded_at=None)
    fields: dict[str, object] = {
        "exclusion": one.exclusion,
        "excluded_at": one.excluded_at,
        "excluded_recorded_at": one.excluded_recorded_at,
        "declined_at": one.declined_at if one.declined_at and one.declined_at <= when else None,
        "struck_off_at": one.struck_off_at if one.struck_off_at and one.struck_off_at <= when else None,
        "undone": tuple(each for each in one.undone if each.undone_at <= when),
    }
    for each in one.undone:
        if each.undone_at > when and (each.recorded_at or each.at) <= when:
            if each.what == facts.DECLINED:
                fields["declined_at"] = each.at
            else:
                fields |= {"exclusion": Exclusion[each.what.upper()], "excluded_at": each.at}
                fields["excluded_recorded_at"] = each.recorded_at
    return fields


def _assignment(one: AssignmentFacts, when: datetime) -> AssignmentFacts:
    lost = one.ended_at is not None and one.ended_at <= when
    known = one.acknowledged_recorded_at or one.acknowledged_at
    due_at, due_moves = _limit(one.due_at, one.due_moves, when)
    original, original_moves = _limit(one.original_due_at, one.original_due_moves, when)
    return replace(
        one,
        acknowledged_at=one.acknowledged_at if known and known <= when else None,
        due_at=due_at,
        due_moves=due_moves,
        original_due_at=original,
        original_due_moves=original_moves,
        replies=_versions(one.replies, when),
        ended_at=one.ended_at if lost else None,
        void=one.void and lost,
    )


def _versions(versions: tuple[ReplyVersion, ...], when: datetime) -> tuple[ReplyVersion, ...]:
    known = [each for each in versions if each.submitted_at <= when]
    return tuple(
        ReplyVersion(each.submitted_at) if each.judged_at and each.judged_at > when else each
        for each in known
    )


def _limit(
    value: datetime | None, moves: tuple[DueMove, ...], when: datetime
) -> tuple[datetime | None, tuple[DueMove, ...]]:
    kept = tuple(each for each in moves if (each.recorded_at or each.at) <= when)
    if kept:
        return kept[-1].after, kept
    return (moves[0].before if moves else value), ()
