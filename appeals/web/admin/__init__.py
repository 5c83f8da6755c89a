"""The administrator's counter: accounts, and the registers two people change together; no business content."""

from appeals.web.admin import (
    calendar,
    changes,
    deputies,
    directory,
    notices,
    overview,
    settings,
    units,
    users,
)
from appeals.web.admin.desk import counter

__all__ = ["calendar", "changes", "counter", "deputies", "directory", "notices", "overview", "settings", "units", "users"]
