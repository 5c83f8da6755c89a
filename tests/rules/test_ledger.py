"""One line of the ledger: proof for appeals/rules/ledger*.py against the contract."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appeals.rules import ledger, rates
from appeals.rules.facts import ReplyVersion
from appeals.rules.words import Nature, Part, RatingSource, Solved, Source
from tests.rules.histories import BASIS, CYCLE, FROZEN, OFFICE, U1, U2, U3, at
from tests.rules.random_histories import stock_of
from tests.rules.test_rates import DATA, KNOWN, worked_example

LINES = [
    json.loads(line) for line in (DATA / "worked_example.jsonl").read_text(encoding="utf-8").splitlines()
]
T13 = LINES[12]


def changed(path: str, value: object) -> dict:
    """T13 (lead, support, two ratings) with one value replaced: 'assignments.0.unit'."""
    line = copy.deepcopy(T13)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner = line
    for step in steps:
        inner = inner[step]
    inner[last] = value
    return line


def problems(line: object) -> list[tuple[str, str]]:
    found = ledger.parse(line, KNOWN)
    return [(each.field, each.reason) for each in found] if isinstance(found, list) else []


def test_a_line_becomes_facts():
    one = ledger.parse(T13, KNOWN)
    assert (one.number, one.source, one.nature, one.task) == ("T13", Source.WEB, Nature.HELP, 63)
    assert one.content.company_name == "核验企业T13有限公司"
    assert one.due_at == at("11-12 18:00")
    lead, support = one.assignments
    assert (lead.unit, lead.part, lead.final, lead.void) == (U1, Part.LEAD, True, False)
    assert lead.replies == (ReplyVersion(at("11-10 18:00"), None, True),)
    assert (support.unit, support.part) == (U2, Part.SUPPORT)
    first = one.ratings[0]
    assert (first.source, first.solved, first.level, first.counts) == (RatingSource.SELF, Solved.NO, 2, True)


def test_the_worked_example_comes_back_unchanged_and_counts_the_same():
    originals = worked_example()
    lines = [json.dumps(ledger.format(each), ensure_ascii=False) for each in originals]
    again = [ledger.parse(json.loads(line), KNOWN) for line in lines]
    assert again == originals
    assert rates.rates(again, CYCLE, BASIS) == rates.rates(originals, CYCLE, BASIS)


def test_the_written_line_keeps_every_key_and_value_of_the_contract():
    for line in LINES:
        written = ledger.format(ledger.parse(line, KNOWN))
        for key in line.keys() - {"assignments", "ratings"}:
            assert written[key] == line[key]
        for mine, theirs in zip(written["assignments"], line["assignments"], strict=True):
            assert {key: mine[key] for key in theirs} == theirs
        for mine, theirs in zip(written["ratings"], line["ratings"], strict=True):
            assert {key: mine[key] for key in theirs} == theirs
        optional = {"window_ends_at", "merged_into", "split_from", "self_handled", "rectifications", "due_moves",
                    "returns", "reopened_from"}  # fmt: skip
        assert optional <= written.keys()


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_random_histories_come_back_unchanged_and_count_the_same(seed):
    known = ledger.Known(frozenset({U1, U2, U3, OFFICE}), frozenset(), frozenset())
    originals = stock_of(seed)
    named = [rename(each) for each in originals]
    again = [ledger.parse(json.loads(json.dumps(ledger.format(each))), known) for each in named]
    assert again == named
    assert rates.rates(again, FROZEN, BASIS) == rates.rates(originals, FROZEN, BASIS)


def rename(one):
    from dataclasses import replace

    return replace(one, content=replace(one.content, company_name="核验企业"))


# -- self-handled ----------------------------------------------------------------------------------------


def test_self_handled_means_that_the_final_lead_filed_it():
    line = changed("self_handled", True)
    one = ledger.parse(line, KNOWN)
    assert one.filer_unit == U1
    assert ledger.format(one)["self_handled"] is True
    assert ledger.parse(T13, KNOWN).filer_unit is None


def test_optional_keys_may_be_null_or_missing_and_unknown_keys_are_passed_over():
    for key in ("window_ends_at", "rectifications", "due_moves", "events", "split_from"):
        assert ledger.parse(changed(key, None), KNOWN) == ledger.parse(T13, KNOWN)
    assert ledger.parse(changed("remark", "旧系统备注"), KNOWN) == ledger.parse(T13, KNOWN)
    assert ledger.parse(changed("events", [{"move": "accept"}]), KNOWN) == ledger.parse(T13, KNOWN)


def test_counts_is_true_unless_said_otherwise():
    assert ledger.parse(changed("ratings.0.counts", False), KNOWN).ratings[0].counts is False


# -- bad rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(T13))
def test_each_missing_key_is_named(key):
    line = {name: value for name, value in T13.items() if name != key}
    assert (key, "缺少该字段") in problems(line)


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        ("assignments.0.unit", "没有的局", "assignments[0].unit", "没有这个单位：没有的局"),
        ("task", 230, "task", "没有这个数值：230"),
        ("task", "63", "task", "应为整数"),
        ("task", True, "task", "应为整数"),
        ("territory", "高新区", "territory", "没有这个属地：高新区"),
        ("source", "web", "source", "没有这个取值：web"),
        ("nature", "牢骚", "nature", "没有这个取值：牢骚"),
        ("outcome", "done", "outcome", "没有这个取值：done"),
        ("exclusion", "lost", "exclusion", "没有这个取值：lost"),
        ("external_no", "", "external_no", "不能为空"),
        ("external_no", None, "external_no", "不能为空"),
        ("external_no", 13, "external_no", "应为文字"),
        ("text", "坏\x00字", "text", "含有无法保存的字符"),
        ("text", "\ud800", "text", "含有无法保存的字符"),
        ("company", "某公司", "company", "应为对象"),
        ("company.name", None, "company.name", "不能为空"),
        ("submitted_at", None, "submitted_at", "不能为空"),
        ("submitted_at", "2026-10-29T18:00:00", "submitted_at", "时间缺少时区偏移（如 +08:00）"),
        ("submitted_at", "2026-10-29", "submitted_at", "时间缺少时区偏移（如 +08:00）"),
        ("submitted_at", "10月29日", "submitted_at", "不是 ISO 8601 时间：10月29日"),
        ("submitted_at", "2026-10-29T18:00:00.5+08:00", "submitted_at", "时间应为整秒"),
        ("submitted_at", "9999-12-31T23:59:59-08:00", "submitted_at", "年份不在 2000—2099 之内"),
        ("shelved", {}, "shelved", "应为列表"),
        ("assignments", [7], "assignments[0]", "应为对象"),
        ("assignments.0.final", "yes", "assignments[0].final", "应为 true 或 false"),
        ("assignments.0.part", "chief", "assignments[0].part", "没有这个取值：chief"),
        ("ratings.1.level", 6, "ratings[1].level", "没有这个数值：6"),
        ("ratings.1.level", 3.0, "ratings[1].level", "应为整数"),
        ("ratings.1.level", None, "ratings[1].level", "不能为空"),
        ("ratings.0.source", "self", "ratings[0].source", "没有这个取值：self"),
        ("ratings.0.solved", "maybe", "ratings[0].solved", "没有这个取值：maybe"),
        ("returns", [{"unit": "没有的局", "at": "2026-11-01T09:00:00+08:00"}], "returns[0].unit",
         "没有这个单位：没有的局"),
        ("events", "none", "events", "应为列表"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_field_and_reason(path, value, field, reason):
    assert problems(changed(path, value)) == [(field, reason)]


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        ("accepted_at", "2026-10-29T17:59:59+08:00", "accepted_at", "受理早于提交"),
        ("due_at", "2026-10-29T17:00:00+08:00", "due_at", "办结期限早于提交"),
        ("struck_off_at", "2026-11-12T17:59:59+08:00", "struck_off_at", "销号早于办结"),
        ("assignments.0.acknowledged_at", "2026-10-30T17:00:00+08:00", "assignments[0].acknowledged_at",
         "签收早于交办"),
        ("assignments.0.original_due_at", "2026-11-12T18:00:00+08:00", "assignments[0].due_at",
         "办结期限早于原期限"),
        ("assignments.1.replied_at", "2026-10-30T17:00:00+08:00", "assignments[1].replied_at",
         "答复早于交办"),
        ("assignments.0.replied_at", "2026-11-12T18:00:01+08:00", "assignments[0].replied_at",
         "答复晚于办结"),
        ("assignments.0.dispatched_at", "2026-10-29T17:59:59+08:00", "assignments[0].dispatched_at",
         "交办早于提交"),
        ("ratings.0.at", "2026-11-12T17:59:59+08:00", "ratings[0].at", "评价早于办结"),
        ("excluded_at", "2026-11-12T18:00:00+08:00", "exclusion", "有剔除时间而无原因"),
        ("exclusion", "merged", "excluded_at", "有剔除原因而无时间"),
        ("shelved", [{"from": "2026-11-05T09:00:00+08:00", "to": "2026-11-04T09:00:00+08:00"}], "shelved[0].to",
         "早于挂账开始"),
        ("assignments.0.final", False, "assignments", "已办结的诉求没有最终主办（final）"),
        ("assignments.0.void", True, "assignments", "最终主办（final）不能是作废的交办"),
        ("assignments.1.part", "lead", "assignments", "最终主办（final）只能有一个"),
        ("due_moves", [{"at": "2026-11-05T09:00:00+08:00", "before": "2026-11-10T18:00:00+08:00",
                        "after": "2026-11-11T18:00:00+08:00", "reason": "extension"}], "due_moves",
         "最后一次变更与现期限不一致"),
    ],
)  # fmt: skip
def test_an_impossible_order_is_named(path, value, field, reason):
    assert (field, reason) in problems(changed(path, value))


def test_ratings_and_strike_off_need_a_completion():
    found = dict(problems(changed("completed_at", None)))
    assert found == {"ratings[0].at": "未办结的诉求不能有评价", "ratings[1].at": "未办结的诉求不能有评价"}
    line = changed("completed_at", None)
    line |= {"ratings": [], "struck_off_at": "2026-11-13T18:00:00+08:00"}
    assert problems(line) == [("struck_off_at", "未办结的诉求不能销号")]


def test_two_shelvings_may_not_overlap():
    day = "2026-11-0{}T09:00:00+08:00".format
    overlapping = [{"from": day(2), "to": day(5)}, {"from": day(4), "to": None}]
    assert problems(changed("shelved", overlapping)) == [("shelved[1].from", "早于受理或上一次挂账结束")]
    unending = [{"from": day(2), "to": None}, {"from": day(4), "to": None}]
    assert problems(changed("shelved", unending)) == [("shelved[1].from", "早于受理或上一次挂账结束")]


def test_a_test_or_statutory_row_needs_no_date():
    for kind in ("test", "statutory"):
        assert problems(changed("exclusion", kind)) == []


def test_an_appeal_not_dispatched_yet_is_a_good_row():
    line = changed("assignments", [])
    line |= {"completed_at": None, "ratings": [], "outcome": None}
    assert problems(line) == []


def test_a_row_that_is_no_object_is_one_problem():
    assert problems([1, 2]) == [("", "每行应为一个 JSON 对象")]
    assert str(ledger.Problem("task", "应为整数")) == "task：应为整数"


def test_every_problem_of_a_row_is_named_at_once():
    line = changed("task", 0) | {"territory": "月球", "submitted_at": "yesterday"}
    assert {field for field, _ in problems(line)} == {"task", "territory", "submitted_at"}


def test_reply_versions_must_agree_with_replied_at():
    versions = [{"submitted_at": "2026-11-09T18:00:00+08:00", "judged_at": None, "approved": True}]
    line = changed("assignments.0.replies", versions)
    assert problems(line) == [("assignments[0].replied_at", "与答复版本（replies）不一致")]
