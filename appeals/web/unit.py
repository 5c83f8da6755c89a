"""To be written."""

from flask import Blueprint

counter = Blueprint("unit", __name__)
