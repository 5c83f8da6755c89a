"""The company's counter: file an appeal, follow it, rate the answer. No account, number and code are enough."""

from appeals.web.company import dates, home, messages, rate, second_looks, submit, track
from appeals.web.company.counter import counter

__all__ = ["counter", "dates", "home", "messages", "rate", "second_looks", "submit", "track"]
