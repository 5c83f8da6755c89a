"""Tricks with endings and classes: what is late stays late (policy §4, §9)."""

import pytest

from appeals.actions import closing, intake, triage
from appeals.rules.lifecycle import NotYours
from tests import builders as b
from tests.gaming.town import HONEST, SLY, nothing_gained, shown, traces


def test_a_withdrawal_after_the_date_hides_nothing(town):
    """The company is talked into withdrawing what is already late."""
    town.answered(town.in_hand(HONEST), "2026-12-09 10:00", "2026-12-09 11:00")
    sly = town.in_hand(SLY)
    town.withdrawn(sly, "2026-12-08 10:00", "2026-12-08 15:00")
    assert shown(SLY, "promise_kept") == (0, 1)
    assert shown(SLY, "withdrawn") == (1, 1)
    assert traces(sly)[-2:] == ["ask_withdrawal", "confirm_withdrawal"]
    nothing_gained()


def test_a_unit_confirms_no_withdrawal(town):
    sly = town.in_hand(SLY)
    intake.ask_withdrawal(sly.id, at=b.at("2026-12-02 10:00"))
    for who in (town.head[SLY], town.worker[SLY]):
        with pytest.raises(NotYours):
            closing.confirm_withdrawal(sly.id, note="企业同意", by=who, at=b.at("2026-12-02 11:00"))
    assert b.the(sly.number).exclusion is None


@pytest.mark.parametrize("nature", ["suggestion", "complaint", "consultation"])
def test_another_class_of_appeal_brings_no_other_date(town, nature):
    """Reclassified at dispatch, after six days in the office: the promise stays where it was."""
    appeal = b.accepted(town.office)
    promised = appeal.due_at
    triage.dispatch(appeal.id, order=town.order(SLY, nature=nature), by=town.office, at=b.at("2026-12-01 10:00"))
    assert b.the(appeal.number).due_at == promised
