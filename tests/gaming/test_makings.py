"""Tricks with appeals that are made, merged, opened again or rated by the unit's own people (policy §2, §6, §9)."""

from uuid import uuid4

import pytest

from appeals.actions import handling, intake, merging, proxies, ratings, reopening, triage
from appeals.db import session
from appeals.models.people import User
from appeals.rules import facts as f
from appeals.rules.lifecycle import NotAllowed
from appeals.rules.words import RatingSource, Source
from tests import builders as b
from tests.gaming.town import HONEST, SLY, nothing_gained, published, shown, traces


def test_merging_what_is_late_into_what_is_fresh_hides_nothing(town):
    town.answered(town.in_hand(HONEST), "2026-12-09 10:00", "2026-12-09 11:00")
    old, fresh = town.in_hand(SLY), town.in_hand(SLY)
    town.answered(town.in_hand(HONEST), "2026-12-03 10:00", "2026-12-03 11:00")
    merging.propose(old.id, into=fresh.number, reason="同一事项", by=town.office, at=b.at("2026-12-08 09:00"))
    merging.confirm(old.id, by=town.director, at=b.at("2026-12-08 10:00"))
    town.answered(fresh, "2026-12-09 10:00", "2026-12-09 11:00")
    assert shown(SLY, "promise_kept") == (0, 2)
    assert traces(old)[-3:-1] == ["propose_merge", "merge"]
    nothing_gained()


def test_closed_too_early_and_opened_again_the_first_one_stays_as_it_was(town):
    """A hollow answer, a good mark on the telephone, then the trouble comes back: a repeat, counted as one."""
    for unit in (HONEST, SLY):
        appeal = town.in_hand(unit)
        town.answered(appeal, "2026-12-02 10:00", "2026-12-02 11:00")
        town.rated(b.the(appeal.number), "2026-12-03 10:00")
        if unit == SLY:
            sly = b.the(appeal.number)
    again = reopening.reopen(sly.id, reason="recurrence", words="同样的停电上周又发生两次", at=b.at("2026-12-10 10:00"))
    assert b.the(again.number).reopened_from_id == sly.id
    assert b.the(sly.number).completed_at == b.at("2026-12-02 11:00")
    assert shown(SLY, "reopened") == (1, 1)
    assert traces(sly)[-1] == "reopen"
    nothing_gained()


def test_easy_work_that_a_unit_makes_for_itself_stands_apart(town):
    """Three appeals filed by the unit's own officer, answered at once: never in its rates, whoever confirms them."""
    late, honest = town.in_hand(SLY), town.in_hand(HONEST)
    for appeal in (late, honest):
        town.answered(appeal, "2026-12-09 10:00", "2026-12-09 11:00")
    for number in range(3):
        receipt = intake.submit(
            b.submission(source=Source.PROXY), key=str(uuid4()), secret=b.SECRET, by=town.worker[SLY], at=b.FILED
        )
        made = b.the(receipt.number)
        with pytest.raises(NotAllowed):
            triage.accept(made.id, identity="call", by=town.office, at=b.ACCEPTED)
        if number:
            proxies.confirm(made.id, at=b.ACCEPTED)
            triage.accept(made.id, identity="call", by=town.office, at=b.ACCEPTED)
            triage.dispatch(made.id, order=town.order(SLY), by=town.office, at=b.DISPATCHED)
            handling.acknowledge(made.id, by=town.worker[SLY], at=b.TAKEN)
            town.answered(b.the(made.number), "2026-11-24 10:00", "2026-11-24 11:00")
            town.rated(b.the(made.number), "2026-11-24 12:00")
    assert shown(SLY, "on_time") == (0, 1)
    assert shown(f.SELF_HANDLED, "on_time") == (2, 2)
    nothing_gained()


def test_a_rating_from_an_officers_own_telephone_is_marked_and_not_counted(town):
    honest, sly = town.in_hand(HONEST), town.in_hand(SLY, mobile="13911112222")
    for appeal in (honest, sly):
        town.answered(appeal, "2026-12-02 10:00", "2026-12-02 11:00")
    session().get(User, town.worker[SLY].user_id).phone = "139-1111-2222"
    session().commit()
    town.rated(b.the(sly.number), "2026-12-03 10:00")
    town.rated(b.the(honest.number), "2026-12-03 10:00", level=3)
    assert shown(SLY, "good") == (0, 0)
    assert shown(SLY, "good_of_all") == (0, 1)
    nothing_gained()


def test_a_rating_from_a_device_of_staff_is_marked_and_not_counted(town):
    sly = town.in_hand(SLY)
    town.answered(sly, "2026-12-02 10:00", "2026-12-02 11:00")
    said = ratings.Answer(True, "yes", 5)
    ratings.rate(sly.id, answer=said, round_=1, source=RatingSource.SELF, by=b.COMPANY, at=b.at("2026-12-03 10:00"),
                 staff_device=True)  # fmt: skip
    assert shown(SLY, "good") == (0, 0)
    assert published(SLY)["rated"].num == 0
