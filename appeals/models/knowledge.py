"""What the program knows to read appeals with: words, places, bodies, cues and the directory, from rows."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from appeals.db import session
from appeals.models.directory import DirectoryRow, FunctionalArea, GlossaryWord, Territory
from appeals.models.versions import kept, versions
from appeals.rules import grounds, routing, suggesting

SEPARATOR = "；"


class Areas(NamedTuple):
    """The functional areas by number: section → name, task → (section, name)."""

    sections: dict[int, str]
    tasks: dict[int, tuple[int, str]]

    def name(self, section: int | None, task: int | None) -> str:
        """“任务63 供电服务”, “第8部分 …”, or a dash."""
        if task in self.tasks:
            return f"任务{task} {self.tasks[task][1]}"
        return f"第{section}部分 {self.sections[section]}" if section in self.sections else "—"


def areas() -> Areas:
    """The 19 sections and 229 tasks; they change with the directory."""
    return kept("areas", "directory", _load_areas)


def index() -> routing.Index:
    """The directory in force, prepared for look-up."""
    return kept("index", "directory", _load_index)


def knowledge() -> suggesting.Knowledge:
    """Everything a suggestion is read with."""
    return kept("knowledge", "glossary", _load_knowledge)


def territories() -> Sequence[str]:
    """The places of the form that are real: 不清楚 and 不在新区 are none."""
    return kept("territories", "units", _load_territories)


def _load_areas() -> Areas:
    rows = session().scalars(select(FunctionalArea).order_by(FunctionalArea.id)).all()
    return Areas(
        {r.section: r.name for r in rows if r.task is None}, {r.task: (r.section, r.name) for r in rows if r.task}
    )


def _load_index() -> routing.Index:
    rows = session().scalars(select(DirectoryRow)).all()
    return routing.Index(
        [
            routing.Row(
                id=r.id, version=r.version, task=r.task, section=r.section, territory=r.territory, lead=r.lead,
                supports=tuple(r.supports), alternatives=tuple(r.alternatives),
                territorial_support=r.territorial_support, basis=r.basis, valid_from=r.valid_from,
                valid_to=r.valid_to,
            )
            for r in rows
        ],
        versions(session()).get("directory", 0),
    )  # fmt: skip


def _load_knowledge() -> suggesting.Knowledge:
    rows = session().scalars(select(GlossaryWord).order_by(GlossaryWord.id)).all()
    words = {kind: [r for r in rows if r.kind == kind] for kind in ("section", "task", "place", "body", "cue")}
    return suggesting.Knowledge(
        territories=territories(),
        tasks=areas().tasks,
        section_words={int(r.target): _split(r) for r in words["section"]},
        task_words={int(r.target): _split(r) for r in words["task"]},
        places=[(word, r.target or None) for r in words["place"] for word in _split(r)],
        bodies=[(word, r.target) for r in words["body"] for word in _split(r)],
        cues=[
            grounds.Cue(r.target or None, str(r.extra["channel"]), bool(r.extra["speaks_for"]), tuple(_split(r)))
            for r in words["cue"]
        ],
    )


def _load_territories() -> Sequence[str]:
    rows = select(Territory.name).where(~Territory.form_only).order_by(Territory.position)
    return session().scalars(rows).all()


def _split(row: GlossaryWord) -> list[str]:
    return [word for word in row.word.split(SEPARATOR) if word]
