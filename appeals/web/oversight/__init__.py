"""Those who read files: discipline inspection and audit; nothing else is shown to them (policy §2)."""

from appeals.web.oversight import files, log
from appeals.web.oversight.counter import counter

__all__ = ["counter", "files", "log"]
