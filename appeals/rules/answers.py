"""Answers worth the name: what a reply must contain before anybody signs it (policy §3)."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from appeals.rules.words import Outcome

LEAST = 8  # visible characters in the answer to one point
BOILERPLATE = frozenset(
    {"已办结", "已处理", "已解决", "已答复", "已联系企业", "已收到", "按规定办理", "请按规定办理", "情况已了解", "正在办理",
     "研究中", "已转相关部门办理", "感谢您的反映", "感谢您的关注与支持", "已按要求办理完毕"}
)  # fmt: skip


def text_problem(text: str) -> str | None:
    """Why this text is no answer (empty, invisible, boiler-plate, too short), or None."""
    bare = "".join(c for c in text if unicodedata.category(c)[0] not in "CZPS")
    if not bare:
        return "请写明办理情况，不能为空"
    if bare in BOILERPLATE:
        return "这是套话，请写明具体做了什么、结果如何"
    if len(bare) < LEAST:
        return f"内容过短，请至少写 {LEAST} 个字说明具体情况"
    if len(set(bare)) <= 3:
        return "内容没有实际意义，请写明具体情况"
    return None


def problems(
    points: Sequence[str], answers: Sequence[str], outcome: str, basis: str, contacted_on: date | None
) -> dict[str, str]:
    """Field → Chinese sentence for everything that keeps a reply from being signed; empty when it may be."""
    found: dict[str, str] = {}
    for number, _ in enumerate(points, start=1):
        answer = answers[number - 1] if number <= len(answers) else ""
        if problem := text_problem(answer):
            found[f"answer_{number}"] = f"第{number}点：{problem}"
    if outcome not in {o.value for o in Outcome}:
        found["outcome"] = "请选择办理结果"
    if not re.search(r"\w", basis):
        found["basis"] = "请写明依据"
    if contacted_on is None:
        found["contacted_on"] = "请填写与企业联系的日期"
    return found
