"""The people of a site: accounts as they are needed, signed in by the form, with passwords of their own."""

from appeals import create_app
from appeals.actions import accounts
from appeals.db import db
from appeals.rules.actors import SYSTEM
from config import Settings
from tests.program.site import Site
from tests.program.visitor import Visitor


class Staff:
    """Sign-ins last as long as the clock is not set: after that everybody signs in anew."""

    def __init__(self, place: Site, url: str) -> None:
        """Nobody has an account yet."""
        self._place = place
        self._app = create_app(Settings(data_dir=place.data_dir, database_url=url))
        self._passwords: dict[str, str] = {}
        self._logins: dict[tuple[str, str | None], str] = {}
        self._present: dict[str, Visitor] = {}

    def everybody_leaves(self) -> None:
        """The next page is asked for by somebody who has just signed in."""
        self._present.clear()

    def visitor(self, role: str, unit: str | None = None) -> Visitor:
        """A browser in which this person is signed in."""
        login = self._logins.setdefault((role, unit), f"{role}-{len(self._logins)}")
        if login not in self._present:
            self._present[login] = self._sign_in(login, role, unit)
        return self._present[login]

    def close(self) -> None:
        """Let go of the database."""
        with self._app.app_context():
            db.engine.dispose()

    def _sign_in(self, login: str, role: str, unit: str | None) -> Visitor:
        visitor, known = Visitor(self._place.port), login in self._passwords
        password = self._passwords[login] if known else self.account(login, role, unit)
        page = visitor.send(visitor.open("/login").form("/login"), login=login, password=password)
        if not known:
            fresh = self._passwords[login] = f"its own {len(self._passwords)} password"
            visitor.send(page.form("/password"), old=password, new=fresh, again=fresh)
        return visitor

    def account(self, login: str, role: str, unit: str | None) -> str:
        """Open an account; its one-time password."""
        with self._app.app_context():
            at = self._place.clock.now().replace(microsecond=0)
            return accounts.add(login=login, role=role, unit=unit, name=login, by=SYSTEM, at=at)
