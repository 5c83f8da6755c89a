"""The words on file find area, lead, place and ground of labelled appeals, fast enough for every request.

Only counts are compared here, so that the labelled texts nobody has read stay unread.
"""

import json
import time
from datetime import date
from pathlib import Path

import pytest

from appeals import data
from appeals.rules import grounds, routing, suggesting, words

LINES = (Path(__file__).parent / "data" / "routing_dev.jsonl").read_text(encoding="utf-8").splitlines()
APPEALS = [json.loads(line) for line in LINES]
IN_SCOPE = [a for a in APPEALS if not a["out_of_scope"]]
UNITS = {unit.territory: unit.name for unit in data.units() if unit.territory}


def built():
    areas = data.areas()
    return suggesting.Knowledge(
        territories=[t.name for t in data.territories() if not t.form_only],
        tasks={a.number: (a.section, a.name) for a in areas if a.kind == "task"},
        section_words={g.number: g.words for g in data.glossary() if g.kind == "section"},
        task_words={g.number: g.words for g in data.glossary() if g.kind == "task"},
        places=[(p.word, p.territory) for p in data.places()],
        bodies=[(b.word, b.unit) for b in data.bodies()],
        cues=[grounds.Cue(*cue) for cue in data.cues()],
    )


KNOWLEDGE = built()
INDEX = routing.Index(
    routing.Row(n, 1, r.task, r.section, r.territory, r.lead, r.supports, r.alternatives, r.territorial_support,
                r.basis, r.valid_from, r.valid_to)
    for n, r in enumerate(data.directory(), 1)
)  # fmt: skip


def read(appeal):
    return suggesting.suggest(appeal["title"], appeal["text"], appeal["territory"], KNOWLEDGE)


def share(hits):
    hits = list(hits)
    return sum(hits) / len(hits)


def test_the_first_section_is_right_for_most():
    found = [(read(a), a) for a in IN_SCOPE]
    assert share(bool(s.areas) and s.areas[0].section in a["gold_sections"] for s, a in found) >= 0.78


def test_the_first_unit_is_right_for_most_and_one_of_three_for_nearly_all():
    ranked = []
    for appeal in IN_SCOPE:
        said = read(appeal)
        found = suggesting.propose(said, INDEX, said.territory, date(2022, 8, 1), UNITS)
        ranked.append(([lead.unit for lead in found.leads], set(appeal["gold_leads"])))
    assert share(bool(set(units[:1]) & gold) for units, gold in ranked) >= 0.80
    assert share(bool(set(units[:3]) & gold) for units, gold in ranked) >= 0.93


def test_the_territory_is_read_from_the_text_when_the_form_names_none():
    silent = [a for a in IN_SCOPE if a["territory"] is None]
    assert share(read(a).territory == a["gold_territory"] for a in silent) >= 0.90


def test_grounds_are_proposed_rarely_in_vain_and_seldom_missed():
    said = [(not read(a).in_scope, a["out_of_scope"]) for a in APPEALS]
    both = sum(proposed and true for proposed, true in said)
    assert both / sum(proposed for proposed, _ in said) >= 0.80
    assert both / sum(true for _, true in said) >= 0.60


def test_building_the_words_and_reading_a_text_are_quick():
    start = time.process_time()
    built()
    between = time.process_time()
    for appeal in APPEALS:
        read(appeal)
    assert between - start <= 0.3
    assert (time.process_time() - between) / len(APPEALS) <= 0.005


def test_the_longest_text_the_form_takes_is_read_in_bounded_time():
    longest = "".join(a["text"] for a in IN_SCOPE)[:5000]
    start = time.process_time()
    suggesting.suggest("题", longest, None, KNOWLEDGE)
    assert time.process_time() - start <= 0.05


def test_every_word_on_file_belongs_to_a_known_area_unit_territory_or_ground():
    areas = {(a.kind, a.number) for a in data.areas()}
    assert {(g.kind, g.number) for g in data.glossary()} == areas
    assert {b.unit for b in data.bodies()} <= {u.name for u in data.units()}
    assert {p.territory for p in data.places()} <= {t.name for t in data.territories()} | {None}
    codes = {code.value for code in words.DeclineCode} | {words.Exclusion.STATUTORY.value, None}
    assert {cue.ground for cue in data.cues()} <= codes
    assert grounds.OUTSIDE in {t.name for t in data.territories() if t.form_only}


@pytest.mark.parametrize(
    ("text", "task", "lead"),
    [
        ("新厂房的用电申请交了三周，装表的人还没有来", 63, "国网西咸新区供电公司"),
        ("农民工工资专户里没有钱，总包拖欠工资三个月", 157, "社会事业服务局"),
        ("出口退税两个月没有到账", 105, "税务局"),
        ("在三桥开的公司想简易注销，公告期过了没有结果", 35, "市场监督管理局"),
    ],
)
def test_plain_cases_reach_their_unit(text, task, lead):
    said = suggesting.suggest("请帮忙", text, "沣东新城", KNOWLEDGE)
    found = suggesting.propose(said, INDEX, said.territory, date(2022, 8, 1), UNITS)
    assert (said.areas[0].task, found.lead) == (task, lead)
