"""The blueprint, and who stands at this counter."""

from flask import Blueprint

from appeals.rules.words import Role

counter = Blueprint("oversight", __name__, url_prefix="/oversight")
READERS = (Role.DISCIPLINE, Role.AUDIT)
