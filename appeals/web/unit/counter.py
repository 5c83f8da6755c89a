"""The blueprint, and who stands at this counter."""

from flask import Blueprint, url_for

from appeals.models.appeal import Appeal
from appeals.rules.words import Role

counter = Blueprint("unit", __name__, url_prefix="/unit")
WORKERS = (Role.LIAISON, Role.HEAD)


def back(appeal: Appeal) -> str:
    """The page of the appeal."""
    return url_for("unit.appeal", number=appeal.number)
