"""docs/glossary.md says every code of the house, what officials call it, what companies read, and its English.

After a change of words: `python -m tests.test_words` writes the tables anew.
"""

import importlib
import pkgutil
import re

import pytest

from appeals import rules
from appeals.rules.words import LEVELS, Word
from config import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
HEADS = ["Code", "Officials read", "Companies read", "English"]
ONLY_STAFF = "—"


def kinds() -> list[type[Word]]:
    """Every list of words on the lowest floor, by its name."""
    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{module.name}")
    return sorted(Word.__subclasses__(), key=lambda kind: kind.__name__)


def tables() -> dict[str, list[list[str]]]:
    """Heading → the cells of the rows of its table, the heads first."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:].split(" ")[0].strip("`")
        elif line.startswith("|") and not re.fullmatch(r"[|\-: ]+", line):
            found.setdefault(heading, []).append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return found


def rendered(kind: type[Word]) -> str:
    """The section of one list of words."""
    about = (kind.__doc__ or "").split("\n")[0].rstrip(".")
    rows = [HEADS, ["---"] * len(HEADS)]
    rows += [[f"`{w.value}`", w.label, w.company or ONLY_STAFF, w.english] for w in kind]
    return "\n".join([f"## `{kind.__name__}`", "", f"{about}.", "", *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def write() -> None:
    """Keep what stands before the first list of words, write the lists anew."""
    start = GLOSSARY.read_text(encoding="utf-8").split("\n## `")[0].rstrip()
    sections = [rendered(kind) for kind in kinds()]
    levels = [f"| `{level}` | {zh} | {zh} | {en} |" for level, (zh, en) in LEVELS.items()]
    head = ["## `LEVELS`", "", "The five levels of satisfaction; 1 and 2 are poor; policy §6.", ""]
    head += [f"| {' | '.join(HEADS)} |", "| --- | --- | --- | --- |"]
    GLOSSARY.write_text("\n\n".join([start, *(s.rstrip() for s in sections), "\n".join(head + levels)]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_the_glossary_has_every_word_with_its_labels_in_its_order(kind):
    expected = [[w.value, w.label, w.company or ONLY_STAFF, w.english] for w in kind]
    assert tables().get(kind.__name__) == [HEADS, *expected]


def test_the_glossary_has_the_levels_of_satisfaction():
    assert tables()["LEVELS"][1:] == [[str(level), chinese, chinese, english] for level, (chinese, english) in LEVELS.items()]


def test_the_glossary_names_nothing_that_is_not_there():
    assert set(tables()) == {kind.__name__ for kind in kinds()} | {"LEVELS", "Nouns"}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_no_two_codes_of_a_kind_read_the_same_to_officials(kind):
    labels = [word.label for word in kind]
    assert all(labels)
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_companies_never_read_a_word_of_the_office(kind):
    """Never show a company 销号, 挂账, 并单, 退单 (policy §3)."""
    spoken = [f"{w.company}" for w in kind if w.company]
    assert [said for said in spoken if re.search("销号|挂账|并单|退单", said)] == []
    assert [w.value for w in kind if w.company and re.search("[\u4e00-\u9fff]", w.english)] == []


if __name__ == "__main__":
    write()
