"""The timetable drafts the papers that are due, once an evening; people send them (policy §8)."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from appeals.db import session, transaction
from appeals.models import calendar, drafting, facts, figures, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.models.supervision import Paper, PaperLine, PaperRun
from appeals.rules import clearance, known, papers, supervision, workdays
from appeals.rules.facts import AppealFacts
from appeals.rules.papers import Address, Kind
from appeals.rules.words import Role, UnitClass

log = logging.getLogger("appeals.supervision")
AT_ONCE = 1000


@dataclass(frozen=True)
class Item:
    """One appeal that goes onto a paper."""

    appeal_id: int
    unit_id: int
    address: Address
    reasons: Sequence[supervision.Reason]
    head_id: int | None
    not_to_id: int | None


def draft_due(at: datetime) -> int:
    """Draft the papers of every working evening that has come and has not been done; how many.

    Each evening is judged by what was known then, so a late run drafts the same papers. The unique day decides
    which of several processes does it.
    """
    drafted = 0
    first = workdays.day_of(clearance.bounds(figures.first_cycle(), figures.anchor())[0])
    for day in supervision.evenings(drafting.last_evening(), at, first, calendar.current()):
        try:
            with transaction() as writer:
                run = PaperRun(on=day)
                writer.add(run)
                writer.flush()
                run.drafted = _draft(day)
                drafted += run.drafted
        except IntegrityError:
            log.info("the papers of this evening were drafted by another process", extra={"day": str(day)})
    return drafted


def _draft(day: date) -> int:
    evening = supervision.evening(day)
    bundles: defaultdict[tuple[object, ...], list[Item]] = defaultdict(list)
    for item in _items(evening):
        alone = None if item.address.kind in papers.BUNDLED else item.appeal_id
        bundles[item.unit_id, item.address, _addressee(item), alone].append(item)
    for (_unit, _address, addressee_id, _alone), items in bundles.items():
        _write(items, addressee_id, evening)  # type: ignore[arg-type]
    return len(bundles)


def _items(evening: datetime) -> Iterator[Item]:
    """What is due on each candidate, in the order of the appeals."""
    ids, numbers = drafting.candidates(evening), settings.limits()
    for start in range(0, len(ids), AT_ONCE):
        chunk = ids[start : start + AT_ONCE]
        beside = drafting.known(chunk, evening, numbers.reds_a_quarter)
        for appeal_id, each in zip(chunk, facts.load(chunk), strict=True):
            seen = known.known(each, evening)
            if seen is not None and (item := _item(appeal_id, seen, beside[appeal_id], evening)):
                yield item


def _item(appeal_id: int, seen: AppealFacts, beside: drafting.Known, evening: datetime) -> Item | None:
    units = tree.current()
    office = units.nodes[units.office_id] if units.office_id else None
    numbers = settings.limits(beside.settings_version)
    scene = supervision.Scene(seen, beside.beside, evening, office.name if office else "", calendar.current(), numbers)
    reasons = supervision.due(scene)
    unit = units.by_name(reasons[0].unit) if reasons else None
    if unit is None:
        return None
    if beside.conduct and beside.about_unit_id in units.above(unit.id):
        return None  # never about a conduct complaint to the accused
    address = papers.address(
        reasons[0].level, outside=unit.external or unit.unit_class == UnitClass.UTILITY,
        office=beside.concerns_office or (unit.id in units.office_bureau and unit.id != units.office_id),
        to_office=unit.id == units.office_id,
    )  # fmt: skip
    if reasons[0].level > papers.level(address.kind):
        return None  # the ladder of external units ends with their superior
    return Item(appeal_id, unit.id, address, reasons, beside.head_id, beside.about_person_id)


def _addressee(item: Item) -> int | None:
    """主要负责人, or the head in charge of this appeal; never the very person it complains of."""
    if not item.address.principal and item.head_id is not None and item.head_id != item.not_to_id:
        return item.head_id
    at_office = item.unit_id == tree.current().office_id
    role = (Role.DIRECTOR.value, Role.HEAD.value) if at_office else (Role.HEAD.value,)
    query = select(User.id).where(User.unit_id == item.unit_id, User.role.in_(role), User.active)
    if item.not_to_id is not None:
        query = query.where(User.id != item.not_to_id)
    by_post = User.principal.desc() if item.address.principal else User.principal
    return session().scalar(query.order_by(by_post, User.role, User.id).limit(1))


def _write(items: Sequence[Item], addressee_id: int | None, evening: datetime) -> None:
    address = items[0].address
    paper = Paper(
        kind=address.kind.value, unit_id=items[0].unit_id, addressee_id=addressee_id, principal=address.principal,
        sender=address.sender.value, copies=[role.value for role in papers.COPIES.get(address.kind, ())],
        body=_body(items), drafted_at=evening,
    )  # fmt: skip
    paper.lines = [
        PaperLine(appeal_id=item.appeal_id, ground=reason.ground.value, since_at=reason.since)
        for item in items for reason in item.reasons
    ]  # fmt: skip
    session().add(paper)
    session().flush()


def _body(items: Sequence[Item]) -> str:
    """What the paper says, for the sender to change: number, title, ground and since when."""
    kind, lines = Kind(items[0].address.kind), []
    ids = [item.appeal_id for item in items]
    query = select(Appeal.id, Appeal.number, Appeal.title).where(Appeal.id.in_(ids))
    names = {id_: f"{number}“{title}”" for id_, number, title in session().execute(query)}
    for place, item in enumerate(items, start=1):
        why = "；".join(f"{r.ground.label}（自{r.since.astimezone(workdays.SHANGHAI):%Y-%m-%d %H:%M}）" for r in item.reasons)
        lines.append(f"{place}. {names[item.appeal_id]}：{why}。")
    return "\n".join(["下列企业诉求需要贵单位办理：", *lines, papers.WANTED[papers.level(kind)]])
