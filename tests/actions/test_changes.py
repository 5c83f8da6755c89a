"""What two people change together: nothing before the second signs, and the settings as its first register."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from appeals.actions import changes
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.models.settings import Change, SettingsVersion
from appeals.rules import numbering
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import NotYours
from appeals.rules.words import Role
from tests.actions import two_people
from tests.actions.two_people import NOW, TODAY, events, settle, version


@pytest.fixture
def people(house: Flask) -> SimpleNamespace:
    """An administrator, a director and a coordinator, on each database."""
    return two_people.appoint()


def new_settings(**changed: Any) -> dict[str, Any]:
    values = {name: value for name, value in settings.settings().items() if name != "version"}
    return {"values": values | changed}


# -- two people ----------------------------------------------------------------------------------------


def test_nothing_applies_before_a_second_person_confirms(people):
    change = changes.propose("settings", new_settings(prefix="XX"), reason="试行", by=people.admin, at=NOW)
    assert settings.settings()["prefix"] == "QS"
    assert version("settings") == 1
    assert changes.decide(change, confirm=True, by=people.director, at=NOW) == 2
    assert settings.settings()["prefix"] == "XX"
    assert session().get_one(SettingsVersion, 1).values["prefix"] == "QS"


def test_only_the_administrator_proposes_and_only_the_director_confirms(people):
    for stranger in (people.director, people.coordinator):
        with pytest.raises(NotYours):
            changes.propose("settings", new_settings(ranking=True), reason="试行", by=stranger, at=NOW)
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    for stranger in (people.admin, people.coordinator):
        with pytest.raises(NotYours):
            changes.decide(change, confirm=True, by=stranger, at=NOW)
    assert version("settings") == 1


def test_a_proposer_who_became_director_does_not_sign_twice(people):
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    promoted = Actor(Role.DIRECTOR, people.admin.user_id)
    with pytest.raises(Refused) as refused:
        changes.decide(change, confirm=True, by=promoted, at=NOW)
    assert refused.value.errors == {"decide": "不能确认自己提出的更改，请由另一人确认"}


def test_what_was_decided_is_not_decided_again(people):
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    changes.decide(change, confirm=False, by=people.director, at=NOW, remark="依据不足")
    with pytest.raises(Refused, match="已经处理过"):
        changes.decide(change, confirm=True, by=people.director, at=NOW)
    with pytest.raises(Refused, match="已经处理过"):
        changes.withdraw(change, by=people.admin, at=NOW)
    assert version("settings") == 1
    assert [event.kind for event in events("audit.change_refused")] == ["audit.change_refused"]


def test_a_refusal_needs_a_remark_and_a_proposal_a_reason(people):
    with pytest.raises(Refused) as refused:
        changes.propose("settings", new_settings(ranking=True), reason=" \u200b", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {"reason"}
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    with pytest.raises(Refused) as refused:
        changes.decide(change, confirm=False, by=people.director, at=NOW)
    assert set(refused.value.errors) == {"remark"}


def test_only_the_proposer_takes_a_proposal_back(people):
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    with pytest.raises(NotYours):
        changes.withdraw(change, by=people.director, at=NOW)
    changes.withdraw(change, by=people.admin, at=NOW)
    assert session().get_one(Change, change).is_withdrawn


def test_the_second_of_two_proposals_on_one_version_is_refused_with_both_versions_named(people):
    first = changes.propose("settings", new_settings(prefix="AA"), reason="甲", by=people.admin, at=NOW)
    second = changes.propose("settings", new_settings(prefix="BB"), reason="乙", by=people.admin, at=NOW)
    changes.decide(first, confirm=True, by=people.director, at=NOW)
    with pytest.raises(Refused) as refused:
        changes.decide(second, confirm=True, by=people.director, at=NOW)
    assert "提出时第1版，现为第2版" in refused.value.errors["decide"]
    assert settings.settings()["prefix"] == "AA"
    session().rollback()
    assert changes.is_outdated(session().get_one(Change, second), {"settings": 2})


def test_the_same_proposal_twice_is_one(people):
    changes.propose("settings", new_settings(prefix="AA"), reason="甲", by=people.admin, at=NOW)
    with pytest.raises(Refused, match="正在等待确认"):
        changes.propose("settings", new_settings(prefix="AA"), reason="甲", by=people.admin, at=NOW)


def test_a_confirmed_change_leaves_one_event_with_the_digests_before_and_after(people):
    settle(people, "settings", new_settings(prefix="AA"))
    settle(people, "settings", new_settings(prefix="BB"))
    first, second = (event.detail for event in events("audit.change_confirmed"))
    assert first["register"] == "settings"
    assert (first["version"], second["version"]) == (2, 3)
    assert first["before"] != first["after"] == second["before"] != second["after"]
    assert len(first["after"]) == 64


# -- settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weights": {"on_time": 41, "solved_reasonable": 20, "good": 20, "responded": 10, "rectified_on_time": 10}},
         "weights"),
        ({"weights": {"on_time": 100}}, "weights"),
        ({"prefix": "诉求"}, "prefix"),
        ({"ranking": "yes"}, "ranking"),
        ({"anchor": "2022-07-11"}, "anchor"),
        ({"something": 1}, "something"),
    ],
)  # fmt: skip
def test_settings_that_cannot_stand_are_refused_by_name(people, changed, field):
    with pytest.raises(Refused) as refused:
        changes.propose("settings", new_settings(**changed), reason="试行", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(
    ("limit", "value"), [("promise", 1), ("promise", -1), ("promise", True), ("callback_to", 6), ("unit_minimum", 11)]
)
def test_limits_that_contradict_each_other_are_refused_by_name(people, limit, value):
    limits = settings.settings()["limits"] | {limit: value}
    with pytest.raises(Refused) as refused:
        changes.propose("settings", new_settings(limits=limits), reason="试行", by=people.admin, at=NOW)
    assert f"limit_{limit}" in refused.value.errors


def test_every_prefix_that_can_be_set_makes_numbers_that_can_be_read(people):
    """The longest there can be, and not one letter more; the number still fits its column."""
    settle(people, "settings", new_settings(prefix="ABCDEFGH"))
    longest = numbering.number(settings.settings()["prefix"], TODAY, 10**12 - 1)
    assert numbering.is_valid(longest)
    assert len(longest) == Appeal.__table__.c.number.type.length == 32
    for wrong in ("ABCDEFGHI", "", "ab", "A1"):
        with pytest.raises(Refused) as refused:
            changes.propose("settings", new_settings(prefix=wrong), reason="试行", by=people.admin, at=NOW)
        assert set(refused.value.errors) == {"prefix"}


def test_a_new_limit_governs_what_is_accepted_later_only(people):
    settle(people, "settings", new_settings(limits=settings.settings()["limits"] | {"promise": 8}))
    assert (settings.limits(1).promise, settings.limits().promise) == (10, 8)
