"""Text → a proposed ground for not accepting, with its words; the machine proposes, never declines; policy §3."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appeals.rules import matching

OUTSIDE = "不在新区"  # the choice of the form that says so itself
QUIET = 2.5  # below this the text has said nothing about any area
BLIND_LENGTH = 12  # a shorter text without any known word says nothing
SELF = "(?:我们?|我司|公司|本店|门店|工厂|厂子|项目|注册地|经营地|地址|住所)"
NONSENSE, ABUSE = "乱码", "辱骂"


@dataclass(frozen=True)
class Cue:
    """Words for (or against) a ground; ground None: only a reminder of a special channel."""

    ground: str | None
    channel: str
    speaks_for: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """`ground` is a decline code, `statutory` or None; `channels` are special procedures worth a look."""

    ground: str | None
    why: str
    channels: tuple[str, ...]


class Grounds:
    """The cues, prepared once."""

    def __init__(self, cues: Sequence[Cue], outside: Iterable[str]) -> None:
        """Take the cues and the names of places outside the new area."""
        self._cues = tuple(cues)
        self._words = matching.Lexicon((number, cue.words) for number, cue in enumerate(self._cues))
        names = "|".join(re.escape(matching.plain(name)) for name in outside)
        self._elsewhere = re.compile(
            f"{SELF}[^，。,.；;]{{0,8}}(?:在|位于|是)[^，。,.；;从到]{{0,4}}?({names})"
        )

    def read(self, text: matching.Text, heard: float, territory: str | None, place: str | None) -> Reading:
        """Weigh the cues of a text.

        `heard` is the evidence for any area at all, `territory` the choice of the form, `place` the territory
        found. A cue against a ground takes back one cue for it; the ground with most left is proposed.
        """
        balance: dict[tuple[str | None, str], list[str]] = {}
        against: dict[tuple[str | None, str], int] = {}
        for hit in self._words.hits(text):
            cue = self._cues[hit.owner]
            key = (cue.ground, cue.channel)
            if cue.speaks_for:
                balance.setdefault(key, []).append(hit.pattern)
            else:
                against[key] = against.get(key, 0) + 1
        left = {key: len(found) - against.get(key, 0) for key, found in balance.items()}
        kept = [
            key for key in balance if left[key] > 0 and not (key[1] in (NONSENSE, ABUSE) and heard >= QUIET)
        ]
        channels = tuple(channel for ground, channel in kept if ground is None)
        grounds = sorted((key for key in kept if key[0]), key=lambda key: -left[key])
        if grounds:
            return Reading(grounds[0][0], f"文中提到{'、'.join(balance[grounds[0]])}", channels)
        return self._without_cue(text, heard, territory, place, channels)

    def _without_cue(
        self,
        text: matching.Text,
        heard: float,
        territory: str | None,
        place: str | None,
        channels: tuple[str, ...],
    ) -> Reading:
        if territory == OUTSIDE:
            return Reading("R01", "企业在表单中选择了不在新区", channels)
        elsewhere = self._elsewhere.search(text.plain) if place is None else None
        if elsewhere:
            return Reading("R01", f"文中提到在{elsewhere[1]}，没有提到新区内的地点", channels)
        if heard == 0 and _says_nothing(text.plain):
            return Reading("R06", "没有可以辨认的内容", channels)
        return Reading(None, "", channels)


def _says_nothing(text: str) -> bool:
    """No Chinese to speak of and no English sentence, or hardly more than one character repeated."""
    chinese = re.findall(r"[\u4e00-\u9fff]", text)
    english = [word for word in re.findall(r"[a-z]{2,}", text) if re.search(r"[aeiou]", word)]
    return len(english) < 6 and (len(chinese) < BLIND_LENGTH or len(set(chinese)) * 4 < len(chinese))
