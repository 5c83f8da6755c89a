"""Find many words in one text at once: a lexicon of patterns, where `a+b` means both stand near each other."""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 60  # characters; farther apart two words seldom speak of one thing
CLOSE = 15  # the same where one of them is a single character, which stands in many words

Key = tuple[str, ...]  # the words of one pattern


@dataclass(frozen=True)
class Hit:
    """A pattern that stands in the text: who owns it, how it is written, how much it tells."""

    owner: int
    pattern: str
    weight: float


class Text:
    """A text folded for reading: ＡＰＰ, App and APP are one word."""

    def __init__(self, *parts: str) -> None:
        """Join the parts by line breaks and note which pairs of characters occur."""
        self.plain = plain("\n".join(parts))
        self.starts = {*self.plain, *map("".join, zip(self.plain, self.plain[1:], strict=False))}

    def places(self, word: str) -> list[int]:
        """Return where the word stands, ascending."""
        found, at = [], self.plain.find(word)
        while at >= 0:
            found.append(at)
            at = self.plain.find(word, at + 1)
        return found


class Lexicon:
    """Patterns with their owners (any small integers), prepared once for many texts."""

    def __init__(self, entries: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Take (owner, patterns); a pattern shared by several owners tells less about each."""
        self._owners: dict[Key, dict[int, str]] = defaultdict(dict)
        for owner, patterns in entries:
            for pattern in patterns:
                self._owners[tuple(plain(pattern).split("+"))][owner] = pattern
        self._weights = {key: _weight(key) / len(known) ** 0.5 for key, known in self._owners.items()}
        keys: dict[str, list[Key]] = defaultdict(list)
        for key in self._owners:
            keys[key[0]].append(key)
        self._by_start: dict[str, list[tuple[str, list[Key]]]] = defaultdict(list)
        for word, its in keys.items():
            self._by_start[word[:2]].append((word, its))
        self._starts = frozenset(self._by_start)

    def hits(self, text: Text) -> list[Hit]:
        """Return every pattern that stands in the text, each owner and pattern once, the most telling first."""
        found = []
        for start in self._starts & text.starts:
            for word, keys in self._by_start[start]:
                if len(word) > 2 and word not in text.plain:
                    continue
                for key in keys:
                    if len(key) == 1 or _together(key, text):
                        weight = self._weights[key]
                        found += [Hit(owner, name, weight) for owner, name in self._owners[key].items()]
        # A fixed order: the same text must always be explained in the same words.
        return sorted(found, key=lambda hit: (-hit.weight, hit.pattern, hit.owner))


def plain(text: str) -> str:
    """Fold width, case and compatibility forms."""
    return unicodedata.normalize("NFKC", text).casefold()


def _weight(key: Key) -> float:
    """Longer words tell more; one character beside others tells a little; a Latin letter counts 0.4."""
    total = 0.0
    for word in key:
        size = len(word) / 2.5 if word.isascii() else float(len(word))
        total += 0.4 if size <= 1 else min(0.6 * size - 0.2, 2.8)
    return total * (0.85 if len(key) > 1 else 1.0)


def _together(key: Key, text: Text) -> bool:
    if not all(word[:2] in text.starts and word in text.plain for word in key[1:]):
        return False
    reach = CLOSE if min(map(len, key)) == 1 else NEAR
    others = [text.places(word) for word in key[1:]]
    return any(all(_within(where, at, reach) for where in others) for at in text.places(key[0]))


def _within(where: list[int], at: int, reach: int) -> bool:
    """Tell whether one of the ascending places lies at most `reach` from `at`."""
    after = bisect_left(where, at - reach)
    return after < len(where) and where[after] <= at + reach
