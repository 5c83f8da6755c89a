"""To be written."""

from flask import Blueprint

counter = Blueprint("admin", __name__)
