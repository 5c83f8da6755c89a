"""Whatever a body holds, it is answered, it is stored whole or not at all, and both databases agree (Must show 4)."""

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests import databases
from tests.program import verdicts
from tests.program.verdicts import Verdict

BODIES = int(os.environ.get("HOSTILE_BODIES", "300"))
MANY = int(os.environ.get("HOSTILE_BODIES", "100000"))
ONCE_WRONG = (755,)  # bodies that campaigns found: a word of 5,000 letters, which no tsvector takes
AT_ONCE = 2500  # bodies of one application, before a fresh one goes on


@pytest.fixture
def urls(sqlite_url: str, postgresql_url: str) -> tuple[str, str]:
    """One database of each kind."""
    return sqlite_url, postgresql_url


def test_hostile_bodies_are_answered_alike(urls: tuple[str, str], tmp_path: Path) -> None:
    """The short run: both databases in this process, one after the other."""
    folders, seeds = _folders(urls, tmp_path), [*ONCE_WRONG, *range(BODIES)]
    sent = Counter(_agree(*(verdicts.judge(url, folder, seeds) for url, folder in folders)))
    assert sent["stored"] > BODIES / 50, f"too few were sound enough to prove anything: {sent}"


@pytest.mark.long
def test_a_hundred_thousand_hostile_bodies(urls: tuple[str, str], tmp_path: Path) -> None:
    """The campaign: a process for each database, compared batch by batch. HOSTILE_BODIES sets how many."""
    folders = _folders(urls, tmp_path)
    sent: Counter[str] = Counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
        for start in range(0, MANY, AT_ONCE):
            seeds = range(start, min(start + AT_ONCE, MANY))
            both = [two.submit(verdicts.judge, url, folder, seeds) for url, folder in folders]
            sent.update(_agree(*(each.result() for each in both)))
    print(f"\n{MANY} hostile bodies on two databases: {dict(sent)}")


def _folders(urls: tuple[str, str], tmp_path: Path) -> list[tuple[str, Path]]:
    folders = [tmp_path / kind for kind in databases.KINDS]
    for folder in folders:
        folder.mkdir(mode=0o700)
    return list(zip(urls, folders, strict=True))


def _agree(one: list[Verdict], other: list[Verdict]) -> list[str]:
    """What became of each body; fails on anything unsound and on the first difference."""
    findings = [each for each in (*one, *other) if each.finding]
    assert not findings, "\n".join(map(str, findings[:10]))
    differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    assert not differing, "\n".join(f"{a}\n{b}\n" for a, b in differing[:5])
    return ["stored" if each.stored else str(each.status) for each in one]
