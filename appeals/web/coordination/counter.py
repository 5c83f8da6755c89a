"""The blueprint, and who stands at this counter."""

from flask import Blueprint, url_for

from appeals.models.appeal import Appeal
from appeals.rules.words import Role

counter = Blueprint("coordination", __name__, url_prefix="/coordination")
READERS = (Role.COORDINATOR, Role.DIRECTOR, Role.RECUSAL, Role.LEADER)
WORKERS = (Role.COORDINATOR, Role.RECUSAL)
SECOND = (Role.DIRECTOR, Role.LEADER)


def back(appeal: Appeal) -> str:
    """The page of the appeal."""
    return url_for("coordination.appeal", number=appeal.number)
