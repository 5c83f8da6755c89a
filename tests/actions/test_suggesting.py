"""The system proposes, outside the intake; a coordinator decides (policy §5)."""

from datetime import date, timedelta

from sqlalchemy import select, update

from appeals.actions import suggesting, timetable, triage
from appeals.db import session
from appeals.models import health, knowledge, lists, piles
from appeals.models.appeal import Appeal
from appeals.models.directory import DirectoryRow, GlossaryWord
from appeals.models.versions import Version
from tests import builders as b
from tests.builders import at


def test_a_proposal_names_area_lead_and_the_words_it_rests_on(house):
    appeal = b.filed(title="办电时间太长", text="报装用电三个月了还没有接电，变压器也没有人来装。")
    said = suggesting.propose(appeal.id, at=b.ACCEPTED)
    assert said["lead"] == "国网西咸新区供电公司"
    assert any(word in said["why"] for word in ("用电", "报装", "接电", "变压器"))
    assert said["territory"] == "沣东新城"
    kept = b.the(appeal.number)
    assert (kept.proposal["row"], kept.unrouted) == (said["row"], False)
    assert lists.history(kept)[-1].event.kind == "suggest"


def test_reading_an_appeal_makes_no_open_page_stale(house):
    appeal = b.filed()
    seen = appeal.version
    suggesting.propose(appeal.id, at=b.ACCEPTED)
    triage.accept(appeal.id, identity="call", by=b.staff("coordinator"), at=b.ACCEPTED, seen=seen)


def test_without_a_directory_row_an_appeal_lies_in_a_pile_of_its_own(house):
    office, appeal = b.staff("coordinator"), b.filed()
    session().execute(update(DirectoryRow).values(valid_to=date(2026, 11, 22)))
    session().get(Version, "directory").number += 1
    session().commit()
    session().info.pop("versions", None)
    assert suggesting.propose(appeal.id, at=b.ACCEPTED)["lead"] is None
    pile = piles.PILES["unrouted"]
    assert [a.number for a in piles.page(pile, office, b.ACCEPTED)] == [appeal.number]
    triage.accept(appeal.id, identity="call", by=office, at=b.ACCEPTED)
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    triage.dispatch(appeal.id, order=order, by=office, at=b.DISPATCHED)
    assert piles.page(pile, office, b.DISPATCHED) == []


def test_all_that_wait_are_read_once(house):
    for _ in range(3):
        b.filed()
    assert len(list(suggesting.waiting(batch=2))) == 3
    assert (timetable.run_due(b.ACCEPTED).proposals, timetable.run_due(b.ACCEPTED).proposals) == (3, 0)


def test_one_that_cannot_be_read_keeps_nobody_waiting_is_tried_again_and_found_by_the_doctor(house):
    """What lies in its row is no list of supplements: reading it fails, whoever tries."""
    broken, fine = b.filed(), b.filed()
    spoil(broken.id, [{"no": "text"}])
    first = timetable.run_due(b.FILED + timedelta(minutes=10))
    assert (first.proposals, first.failed) == (1, [f"proposal for appeal {broken.id}"])
    assert b.the(fine.number).proposal is not None
    assert health.stuck(b.FILED + timedelta(hours=1)) == []
    assert timetable.run_due(b.FILED + timedelta(hours=1)).failed == first.failed
    assert health.stuck(b.FILED + timedelta(hours=1, seconds=1)) == [broken.number]
    spoil(broken.id, [])
    again = timetable.run_due(b.FILED + timedelta(hours=2))
    assert (again.proposals, again.failed, health.stuck(b.FILED + timedelta(hours=2))) == (1, [], [])


def spoil(appeal_id: int, supplements: list[dict[str, str]]) -> None:
    session().execute(update(Appeal).where(Appeal.id == appeal_id).values(supplements=supplements))
    session().commit()


def test_after_the_dispatch_nothing_is_proposed(house):
    appeal = b.dispatched(b.staff("coordinator"))
    assert suggesting.propose(appeal.id, at=at("2026-11-23 12:00")) is None


def test_a_word_the_coordinator_adds_counts_from_the_next_version(house):
    appeal = b.filed(title="铁塔选址", text="咕噜咕噜项目迟迟没有人管，请问该找哪个部门咨询办理。")
    before = suggesting.compute(appeal, b.ACCEPTED)
    row = session().scalars(select(GlossaryWord).where(GlossaryWord.kind == "task", GlossaryWord.target == "63")).first()
    words = row.word if row else ""
    if row is None:
        row = GlossaryWord(kind="task", target="63", word="", extra={})
        session().add(row)
    row.word = "；".join(filter(None, (words, "咕噜咕噜项目")))
    session().get(Version, "glossary").number += 1
    session().commit()
    session().info.pop("versions", None)
    after = suggesting.compute(b.the(appeal.number), b.ACCEPTED)
    assert [a["task"] for a in before["areas"]][:1] != [63]
    assert after["areas"][0]["task"] == 63
    assert knowledge.areas().name(None, 63).startswith("任务63 ")
