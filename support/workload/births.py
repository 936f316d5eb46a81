"""How entities of a made-up tenant come to be."""

from collections.abc import Callable, Mapping
from random import Random

from support.acts import act_of
from support.vocabulary import CellRow, Named
from support.workload.books import Book, Known
from support.workload.moves import (
    ACCOUNT,
    ACTIVITY,
    ADDRESS,
    CONTACT,
    LEAD,
    OPPORTUNITY,
    Move,
)

Birth = Callable[[Book, Random], tuple[Known, CellRow]]


def _plain(command: str) -> Birth:
    def birth(book: Book, _rng: Random) -> tuple[Known, CellRow]:
        kind = act_of(command).entity
        return Known(kind, book.new_name(kind)), {}

    return birth


def _contact(book: Book, rng: Random) -> tuple[Known, CellRow]:
    account, consents = rng.choice(book.of(ACCOUNT)).name, rng.random() < 0.5
    contact = Known(CONTACT, book.new_name(CONTACT), account=account, has_consent=consents)
    return contact, {"account": Named(account), "consent": consents}


def _opportunity(book: Book, rng: Random) -> tuple[Known, CellRow]:
    account = rng.choice(book.of(ACCOUNT)).name
    made = Known(OPPORTUNITY, book.new_name(OPPORTUNITY), account=account)
    return made, {"account": Named(account)}


def _scheduled(book: Book, rng: Random) -> tuple[Known, CellRow]:
    about = rng.choice(book.of(ACCOUNT, CONTACT, LEAD, OPPORTUNITY))
    account = about.name if about.kind is ACCOUNT else ""
    activity = Known(ACTIVITY, book.new_name(ACTIVITY), account=account)
    return activity, {"regarding": Named(about.name)}


def _logged(book: Book, rng: Random) -> tuple[Known, CellRow]:
    activity, said = _scheduled(book, rng)
    activity.state = "logged"
    return activity, said


def _address(book: Book, rng: Random) -> tuple[Known, CellRow]:
    owner = rng.choice(book.of(ACCOUNT, CONTACT)).name
    return Known(ADDRESS, book.new_name(ADDRESS), owner=owner), {"belongs to": Named(owner)}


BIRTHS: Mapping[str, Birth] = {
    "CreateAccount": _plain("CreateAccount"),
    "CreateContact": _contact,
    "CreateLead": _plain("CreateLead"),
    "CreateOpportunity": _opportunity,
    "ScheduleActivity": _scheduled,
    "LogActivity": _logged,
    "CreateProduct": _plain("CreateProduct"),
    "AddAddress": _address,
}
# What everything else hangs on.
FIRST = ("CreateAccount", "CreateAccount", "CreateProduct")


def born(book: Book, command: str, rng: Random) -> Move:
    """Let a tenant have one entity more, and return the command that makes it."""
    known, said = BIRTHS[command](book, rng)
    book.add(known)
    return Move(book.tenant, act_of(command), known.name, said)
