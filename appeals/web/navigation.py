"""Where a member of staff may go from every page, by role (policy §2)."""

from dataclasses import dataclass

from flask import Flask, request, url_for

from appeals.rules.words import Role

UNIT = ("我承办的", "unit.queue")
PILE = ("受理交办", "coordination.pile")
DECISIONS = ("待裁定", "coordination.decisions")
PAPERS = ("督办", "coordination.papers_list")
INSTRUCTIONS = ("批示", "coordination.instructions")
LEDGER = ("台账", "coordination.ledger")
MEETING = ("例会", "scorecards.meeting_page")
OWN_PAPERS = ("督办", "unit.papers_list")
FILES = ("卷宗", "oversight.files")
STATUTORY = ("专门程序件", "coordination.statutory_list")
FIGURES = ("清零与评分", "scorecards.overview")
LEADER = ("总览", "scorecards.leader")
ADMIN = ("系统管理", "admin.overview")
SEARCH = ("查找", "search.find")
PLACES: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.LIAISON: (UNIT, OWN_PAPERS, FIGURES, SEARCH),
    Role.HEAD: (("本单位诉求", "unit.queue"), OWN_PAPERS, FIGURES, SEARCH),
    Role.COORDINATOR: (PILE, DECISIONS, STATUTORY, LEDGER, PAPERS, MEETING, FIGURES, SEARCH),
    Role.DIRECTOR: (PILE, DECISIONS, LEDGER, PAPERS, MEETING, FIGURES, ADMIN, SEARCH),
    Role.RECUSAL: (("回避裁定", "coordination.pile"), DECISIONS, PAPERS, STATUTORY, SEARCH),
    Role.LEADER: (LEADER, DECISIONS, PAPERS, INSTRUCTIONS, MEETING, LEDGER, FIGURES, SEARCH),
    Role.ADMIN: (ADMIN,),
    Role.DISCIPLINE: (FILES,),
    Role.AUDIT: (FILES, ("操作日志", "oversight.log"), ("封存校验", "oversight.seals")),
}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `here` is 'page' for the page itself, 'true' for one that belongs to it."""

    label: str
    url: str
    here: str


def init_app(app: Flask) -> None:
    """Give every template places(role)."""
    app.jinja_env.globals["places"] = places


def places(role: Role) -> list[Place]:
    """The entries for this role."""
    entries = PLACES.get(role, ())
    here = _here([endpoint for _, endpoint in entries])
    return [Place(label, url_for(endpoint), here.get(endpoint, "")) for label, endpoint in entries]


def _here(endpoints: list[str]) -> dict[str, str]:
    """The entry the visitor stands at, the one above it, or the first one of the same counter."""
    if request.endpoint in endpoints:
        return {request.endpoint: "page"}
    same = [e for e in endpoints if e.partition(".")[0] == request.blueprint]
    above = [e for e in same if request.path.startswith(url_for(e).rstrip("/") + "/")]
    return dict.fromkeys(sorted(above, key=lambda e: len(url_for(e)))[-1:] or same[:1], "true")
