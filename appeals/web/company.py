"""To be written."""

from flask import Blueprint

counter = Blueprint("company", __name__)
