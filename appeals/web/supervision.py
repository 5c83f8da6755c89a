"""What every counter's pages say of supervision: the papers and instructions on one appeal, and how they are named."""

from collections.abc import Sequence

from flask import Flask, url_for
from flask_login import current_user

from appeals.models import papers
from appeals.models.appeal import Appeal
from appeals.models.instruction import Instruction
from appeals.models.supervision import Finding, Paper
from appeals.rules import papers as rules
from appeals.rules.words import Role

UNITS = (Role.LIAISON, Role.HEAD)
TONES = {rules.FIRST: "info", rules.SECOND: "warn", rules.THIRD: "bad", rules.FOURTH: "solid", rules.FIFTH: "solid"}


def init_app(app: Flask) -> None:
    """Give the pages of staff what they ask of an appeal's supervision."""
    app.jinja_env.globals |= {
        "papers_on": papers_on, "instructions_on": instructions_on, "findings_on": findings_on,
        "paper_url": paper_url, "instruction_url": instruction_url, "paper_tones": TONES,
    }  # fmt: skip


def papers_on(appeal: Appeal) -> Sequence[Paper]:
    """The papers on this appeal that the visitor may know of."""
    return papers.of_appeal(appeal.id, current_user.actor)


def instructions_on(appeal: Appeal) -> Sequence[Instruction]:
    """What leaders wrote on it, to a unit only what is its own."""
    by = current_user.actor
    return [row for row in papers.instructions_on(appeal.id) if by.role not in UNITS or row.unit_id in by.unit_ids]


def findings_on(appeal: Appeal) -> Sequence[Finding]:
    """What was found: to a unit what is proven against it."""
    by = current_user.actor
    found = papers.findings(appeal.id)
    return [row for row in found if by.role not in UNITS or (row.proven and row.unit_id in by.unit_ids)]


def paper_url(paper: Paper) -> str:
    """The page of one paper at the visitor's own counter."""
    return url_for("unit.paper" if current_user.actor.role in UNITS else "coordination.paper", paper_id=paper.id)


def instruction_url(row: Instruction) -> str:
    """The page of one instruction at the visitor's own counter."""
    page = "unit.instruction" if current_user.actor.role in UNITS else "coordination.instruction"
    return url_for(page, instruction_id=row.id)
