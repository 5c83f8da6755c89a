"""Answers worth the name: what a reply must contain before anybody signs it (policy §3)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from appeals.rules import text
from appeals.rules.words import Outcome

LEAST = 8  # visible characters in the answer to one point, beyond set phrases and the question itself
LEAST_BASIS = 2
SAME = 0.9  # so much of an answer standing in the question makes it a copy
# What is said of anything and says nothing of this: longer phrases first, so that what is left is the writer's own.
BOILERPLATE = (
    "感谢您的关注与支持", "感谢您的理解与支持", "已转相关部门办理", "关于您反映的问题", "关于贵公司反映的",
    "贵公司反映的问题", "按有关规定办理", "按相关规定办理", "转相关部门处理", "请咨询相关部门",
    "请联系相关部门", "已与企业联系", "请按规定办理", "已按规定办理", "已按要求办理", "已转相关部门",
    "感谢您的反映", "感谢您的来信", "您反映的问题", "关于您反映的", "祝您生活愉快", "已联系企业", "按规定办理",
    "按要求办理", "情况已了解", "将尽快办理", "现答复如下", "现回复如下", "办理完毕", "情况属实", "正在办理",
    "正在处理", "正在研究", "尽快处理", "尽快解决", "高度重视", "感谢支持", "感谢理解", "特此答复", "特此回复",
    "您的诉求", "您的问题", "已办结", "已处理", "已解决", "已答复", "已回复", "已收到", "已收悉", "已知悉",
    "已转办", "已落实", "研究中", "经核实", "经研究", "经了解", "该问题", "此问题", "的问题", "祝商祺", "您好",
    "你好",
)  # fmt: skip
EMPTY_BASIS = frozenset({
    "依法依规", "实际情况", "按规定", "政策", "有关政策", "有关法律法规", "有关规定", "法律法规", "相关政策",
    "相关法律法规", "相关规定", "规定",
})  # fmt: skip
_NUMBERING = re.compile(r"^(?:对?第?[0-9一二三四五六七八九十]{1,3}[点条项个、.．)）:：,，是]+)+")
_PHRASES = re.compile("|".join(map(re.escape, BOILERPLATE)))


def bare(said: str) -> str:
    """The letters and digits of a text: no space, mark, punctuation, symbol, nothing that cannot be seen."""
    return "".join(c for c in text.clean_text(said) if unicodedata.category(c)[0] not in "CZPSM")


def text_problem(said: str) -> str | None:
    """Why this text is no answer (empty, invisible, boiler-plate, too short), or None."""
    seen = bare(said)
    if not seen:
        return "请写明办理情况，不能为空"
    own = _PHRASES.sub("", seen)
    if len(own) < LEAST and own != seen:
        return "这是套话，请写明具体做了什么、结果如何"
    if len(seen) < LEAST:
        return f"内容过短，请至少写 {LEAST} 个字说明具体情况"
    if len(set(seen)) <= 3 or not any(c.isalpha() for c in seen):
        return "内容没有实际意义，请写明具体情况"
    return None


def copied(answer: str, point: str) -> bool:
    """Whether an answer only says again what was asked, with or without set phrases around it."""
    asked = bare(point)
    own = _PHRASES.sub("", bare(answer).replace(asked, "") if len(asked) >= LEAST else bare(answer))
    if len(own) < LEAST:
        return True
    size = 6 if own.isascii() else 3  # letters in a row that two texts share by chance are fewer
    asked_runs, runs = _runs(asked, size), _runs(own, size)
    return sum(run in asked_runs for run in runs) >= SAME * len(runs)


def _runs(said: str, size: int) -> set[str]:
    return {said[at : at + size] for at in range(len(said) - size + 1)}


def _without_number(said: str) -> str:
    return bare(_NUMBERING.sub("", text.clean_text(said)))


def _repeated(answers: Iterable[str]) -> dict[int, int]:
    """Number of an answer → number of an earlier one that says the very same."""
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for number, said in enumerate(map(_without_number, answers), start=1):
        if said in first:
            found[number] = first[said]
        elif said:
            first[said] = number
    return found


def problems(
    points: Sequence[str], answers: Sequence[str], outcome: str, basis: str, contacted_on: date | None
) -> dict[str, str]:
    """Field → Chinese sentence for everything that keeps a reply from being signed; empty when it may be.

    Each numbered point has an answer of its own: no set phrase, no echo of the question, no sentence twice.
    """
    given = [answers[number] if number < len(answers) else "" for number in range(len(points))]
    repeated, found = _repeated(given), dict[str, str]()
    for number, (point, answer) in enumerate(zip(points, given, strict=True), start=1):
        problem = text_problem(answer)
        if problem is None and number in repeated:
            problem = f"与第{repeated[number]}点的答复相同，请针对本点答复"
        if problem is None and copied(answer, point):
            problem = "只是重复企业的原话，请写明具体做了什么、结果如何"
        if problem is not None:
            found[f"answer_{number}"] = f"第{number}点：{problem}"
    if outcome not in {o.value for o in Outcome}:
        found["outcome"] = "请选择办理结果"
    if problem := basis_problem(basis):
        found["basis"] = problem
    if contacted_on is None:
        found["contacted_on"] = "请填写与企业联系的日期"
    return found


def basis_problem(basis: str) -> str | None:
    """Why this names no basis, or None."""
    seen = bare(basis)
    if not seen:
        return "请写明依据"
    if len(seen) < LEAST_BASIS or seen in EMPTY_BASIS or not any(c.isalpha() for c in seen):
        return "请写明具体依据，如文件名称和条款"
    return None
