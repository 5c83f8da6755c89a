"""Appeals on the coordination office's table: shared by the tests of that office."""

from tests import builders as b


def make(site, build, *people, **changes):
    """An appeal made by this builder; its number. The coordinator is the one at the table."""
    with site.app_context():
        who = [b.actor("office"), *(b.staff(role) for role in people)]
        return build(*who, **changes).number


def state(site, number) -> str:
    with site.app_context():
        return b.the(number).state


def open_it(visitor, number):
    return visitor.open(f"/coordination/{number}")
