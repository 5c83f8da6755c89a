"""Tricks are told on both databases, each in a house of its own."""

import pytest

from tests.actions.conftest import house as house
from tests.gaming.town import Town


@pytest.fixture
def town(house):
    return Town()
