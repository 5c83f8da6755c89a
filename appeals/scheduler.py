"""What is done when: one page. A process of its own; of several, one works and the others wait (house.md)."""

import logging
import os
import secrets
import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from appeals import clock, logs
from appeals.actions import leases, timetable
from appeals.models import health

# Each does everything that is due by then; the moments only say when it is worth looking.
JOBS = {
    "limits": {"minute": "*/10"},            # what runs out by itself, proposals, throttles
    "evening": {"hour": 18, "minute": 5},    # what became overdue at 18:00; freezing at F
    "night": {"hour": 0, "minute": 10},      # draft, freeze, calendar horizon
}  # fmt: skip
DAILY = ("start", "night")
LEASE = "scheduler"
WAIT_SECONDS, PATIENCE_SECONDS = 1.0, 5.0
TURNED_BACK = timedelta(minutes=1)

Pause = Callable[[float], object]
log = logging.getLogger("appeals.scheduler")


class Scheduler:
    """One process: waits for the lease, works while it has it, ends on SIGTERM or SIGINT."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.me = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"
        self.ending = self.working = False

    def run(self) -> None:
        """Wait and work, for ever, until told to end."""
        with self._signals() as pause:
            log.info("waiting for the lease", extra={"holder": self.me})
            while not self.ending:
                held = self._ask(lambda at: leases.take(LEASE, self.me, at=at))
                if held:
                    self._work(pause)
                elif not self.ending:
                    pause(PATIENCE_SECONDS if held is None else WAIT_SECONDS)
            log.info("ended")

    def _work(self, pause: Pause) -> None:
        """Run the timetable as long as the lease can be renewed and the clock is not set back."""
        log.info("holding the lease", extra={"holder": self.me})
        self.working = True
        jobs = self._timetable()
        before = clock.now()
        while not self.ending and self._ask(lambda at: leases.renew(LEASE, self.me, at=at)):
            jobs.wakeup()  # it looks at the wall clock anew: a machine that slept is not late
            pause(leases.BEAT_SECONDS)
            now = clock.now()
            if now < before - TURNED_BACK:
                log.warning("the clock was set back: starting over")
                break
            before = now
        self.working = False
        jobs.shutdown(wait=True)
        self._ask(lambda at: leases.release(LEASE, self.me, at=at))

    def _timetable(self) -> BackgroundScheduler:
        """JOBS, and once at once whatever was missed. No job store: the database knows what is due."""
        jobs = BackgroundScheduler(
            timezone=clock.SHANGHAI, executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )  # fmt: skip
        for name, when in {"start": None, **JOBS}.items():
            trigger = CronTrigger(**when, timezone=clock.SHANGHAI) if when else None
            jobs.add_job(self._do, trigger, args=[name], id=name)
        jobs.start()
        return jobs

    def _do(self, name: str) -> None:
        """One run. Whatever goes wrong in it is written down and ends neither timetable nor process."""
        logs.run.set(f"{name}-{secrets.token_hex(4)}")
        with self.app.app_context():
            try:
                at = clock.now()
                done = timetable.run_due(at, self._go_on)
                leases.finished(LEASE, self.me, at=at)
                log.log(logging.WARNING if done.failed else logging.INFO, "done", extra=vars(done))
                if name in DAILY and (days := health.horizon_days(at)) < health.HORIZON_DAYS:
                    log.warning("the calendar is final for few more days: import next year's notice", extra={"days": days})
            except timetable.Stop:
                log.info("abandoned")
            except Exception:
                log.exception("this run failed; the next one does what it left")

    def _go_on(self, _what: str) -> None:
        if not self.working:
            raise timetable.Stop

    def _ask(self, deed: Callable[[datetime], bool | None]) -> bool | None:
        """Something about the lease; None when the database does not answer."""
        with self.app.app_context():
            try:
                return deed(clock.now())
            except Exception:
                log.exception("the lease cannot be had")
                return None

    @contextmanager
    def _signals(self) -> Iterator[Pause]:
        """Let SIGTERM and SIGINT end the process; yields a pause that a signal cuts short.

        The pause is a `select`: under faketime it alone waits as long as it says, on a true or a false clock.
        """
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        kept = {each: signal.signal(each, self._end) for each in (signal.SIGTERM, signal.SIGINT)}
        woken = signal.set_wakeup_fd(writer.fileno())
        try:
            yield lambda seconds: select.select([reader], [], [], seconds)
        finally:
            signal.set_wakeup_fd(woken)
            for each, handler in kept.items():
                signal.signal(each, handler)
            reader.close()
            writer.close()

    def _end(self, _number: int, _frame: object) -> None:
        self.ending = True
        self.working = False
