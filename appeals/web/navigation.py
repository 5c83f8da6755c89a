"""Where a member of staff may go from every page, by role (policy §2)."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from appeals.rules.words import Role

UNIT = ("我承办的", "unit.queue")
PILE = ("受理交办", "coordination.pile")
FIGURES = ("清零与评分", "scorecards.overview")
LEADER = ("总览", "scorecards.leader")
ADMIN = ("系统管理", "admin.overview")
PLACES: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.LIAISON: (UNIT, FIGURES),
    Role.HEAD: (("本单位诉求", "unit.queue"), FIGURES),
    Role.COORDINATOR: (PILE, FIGURES),
    Role.DIRECTOR: (PILE, FIGURES, ADMIN),
    Role.RECUSAL: (("回避裁定", "coordination.pile"),),
    Role.LEADER: (LEADER, FIGURES),
    Role.ADMIN: (ADMIN,),
}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    label: str
    url: str
    here: bool


def init_app(app: Flask) -> None:
    """Give every template places(role)."""
    app.jinja_env.globals["places"] = places


def places(role: Role) -> list[Place]:
    """The entries for this role; the one of the counter the visitor stands at is marked."""
    known = current_app.view_functions
    return [
        Place(label, url_for(endpoint), endpoint == request.endpoint)
        for label, endpoint in PLACES.get(role, ())
        if endpoint in known
    ]
