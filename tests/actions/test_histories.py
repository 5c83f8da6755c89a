"""Random histories by the real deeds, searched by Hypothesis: what must hold holds after every step (policy §3–§7)."""

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from appeals.actions import limits
from appeals.db import session
from appeals.models import facts, lists
from tests import databases
from tests.actions import invariants, lives

PAUSES = (60, 1800, 3600, 4 * 3600, 20 * 3600, 24 * 3600, 3 * 24 * 3600, 8 * 24 * 3600)
DICE = st.integers(0, 2**32 - 1)


class Histories(RuleBasedStateMachine):
    """One deed after the other, some of them refused; the timetable runs when it likes."""

    @initialize()
    def begin(self) -> None:
        self.lives = lives.Lives(0)
        self.overdue: dict = {}

    @rule(pause=st.sampled_from(PAUSES), dice=DICE)
    def somebody_acts(self, pause: int, dice: int) -> None:
        self.lives.dice = random.Random(dice)
        before = {id_: repr(list(facts.load([id_]))) for id_ in self.lives.ids()}
        if not self.lives.step(pause):
            assert {id_: repr(list(facts.load([id_]))) for id_ in before} == before, "a refused deed left something behind"

    @rule(dice=DICE, steps=st.integers(3, 8))
    def a_busy_day(self, dice: int, steps: int) -> None:
        self.lives.dice = random.Random(dice)
        for _ in range(steps):
            self.lives.step(600)

    @rule()
    def the_timetable_runs(self) -> None:
        """What it does now it would have done at the next deed anyway, with the same instants."""
        mine = set(self.lives.ids())
        for appeal_id in lists.due_for_action(self.lives.now):
            if appeal_id in mine:
                with limits.opened(appeal_id, at=self.lives.now):
                    pass

    @invariant()
    def all_holds(self) -> None:
        if hasattr(self, "lives"):
            session().expire_all()
            invariants.check(self.lives.ids(), self.lives.now, self.overdue)

    def teardown(self) -> None:
        if hasattr(self, "lives") and self.lives.ids():
            until = self.lives.now + timedelta(days=60)
            invariants.balances_hold(self.lives.ids(), lives.START, until)
        session().rollback()


def search(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
                          suppress_health_check=list(HealthCheck), phases=[Phase.generate]),
    )  # fmt: skip


@pytest.mark.parametrize("database_url", databases.each_alone("histories"), indirect=True)
def test_whatever_people_do_the_rules_hold(house):
    search(examples=8, steps=40)


@pytest.mark.long
@pytest.mark.parametrize("database_url", databases.each_alone("histories-long"), indirect=True)
def test_whatever_people_do_for_long_the_rules_hold(house):
    search(examples=400, steps=120)
