"""To be written."""

from flask import Blueprint

counter = Blueprint("scorecards", __name__)
