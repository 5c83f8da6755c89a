"""What is an answer and what is not (policy §3)."""

from datetime import date

import pytest

from appeals.rules import answers

POINTS = ["厂区一周停电三次，请查明原因。", "变压器容量不足，请尽快增容。"]
FIRST, SECOND = "停电因线路老化，已于周三更换线路。", "已更换为 800 kVA 变压器并送电。"


def problems(first=FIRST, second=SECOND, **changes):
    said = {"outcome": "solved", "basis": "供电营业规则第十条", "contacted_on": date(2026, 11, 24)} | changes
    return answers.problems(POINTS, [first, second], said["outcome"], said["basis"], said["contacted_on"])


def test_an_answer_to_each_point_with_outcome_basis_and_day_of_contact_stands():
    assert problems() == {}


@pytest.mark.parametrize(
    "said",
    ["", "   ", "\u200b\u2060\ufeff", "\u3164" * 12, "\u2800" * 12, "。。。，，，！！！", "——……《》", "\u0301" * 9],
)
def test_what_cannot_be_seen_and_mere_punctuation_is_empty(said):
    assert "不能为空" in problems(second=said)["answer_2"]


@pytest.mark.parametrize(
    "said",
    ["已按规定办理完毕。", "您好，您反映的问题已收悉，我单位高度重视，正在研究。感谢您的关注与支持！",
     "已转相关部门处理，请咨询相关部门。",
     "经核实，情况属实，将尽快办理，特此答复。"],
)  # fmt: skip
def test_set_phrases_say_nothing_however_many_there_are(said):
    assert problems(first=said)["answer_1"].startswith("第1点：")


@pytest.mark.parametrize(
    "said", ["已更换", "好的好的好的好的好的", "1234567890", "哈哈哈哈哈哈哈哈哈哈"]
)  # fmt: skip
def test_too_short_or_without_meaning_is_refused(said):
    assert set(problems(first=said)) == {"answer_1"}


@pytest.mark.parametrize(
    "said",
    ["变压器容量不足，请尽快增容。", "关于您反映的“变压器容量不足，请尽快增容”的问题，已收悉。", "变压器 容量不足 请尽快增容！！",
     "2、变压器容量不足，请尽快增容"],
)  # fmt: skip
def test_the_question_said_again_is_no_answer(said):
    assert "原话" in problems(second=said)["answer_2"] or "套话" in problems(second=said)["answer_2"]


def test_an_answer_may_quote_the_question_if_it_goes_on():
    assert problems(second="您反映变压器容量不足，请尽快增容：已于周三更换为 800 kVA 变压器。") == {}


def test_one_sentence_for_every_point_is_refused_whatever_number_stands_before_it():
    assert problems(FIRST, FIRST)["answer_2"] == "第2点：与第1点的答复相同，请针对本点答复"
    assert "与第1点的答复相同" in problems(f"1、{FIRST}", f"第2点：{FIRST}")["answer_2"]


@pytest.mark.parametrize("basis", ["", "  ", "。。", "无", "有关规定", "依法依规", "12345"])
def test_a_basis_names_something(basis):
    assert set(problems(basis=basis)) == {"basis"}


@pytest.mark.parametrize("basis", ["规则", "Rules", "有关规定第十条", "国办发〔2023〕10号"])
def test_a_named_basis_stands(basis):
    assert problems(basis=basis) == {}


def test_outcome_and_day_of_contact_are_said():
    assert set(problems(outcome="", contacted_on=None)) == {"outcome", "contacted_on"}
    assert set(problems(outcome="done")) == {"outcome"}


def test_an_english_answer_to_a_long_english_question_is_no_copy():
    question = "The power supply of our factory has failed three times this week and production had to be stopped each time."
    answer = "The line was replaced on Wednesday and has been tested since."
    assert answers.problems([question], [answer], "solved", "Rules", date(2026, 11, 24)) == {}
    assert set(answers.problems([question], [question], "solved", "Rules", date(2026, 11, 24))) == {"answer_1"}


def test_a_missing_answer_is_an_empty_one():
    assert set(answers.problems(POINTS, [FIRST], "solved", "规则", date(2026, 11, 24))) == {"answer_2"}
