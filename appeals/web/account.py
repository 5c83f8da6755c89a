"""To be written."""

from flask import Blueprint

counter = Blueprint("account", __name__)
