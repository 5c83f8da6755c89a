"""What every test may ask for."""

pytest_plugins = ["tests.machine", "tests.databases"]  # in this order: the second imports the first
