"""To be written."""

from flask import Blueprint

counter = Blueprint("coordination", __name__)
