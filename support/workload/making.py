"""Making up a workload: the same seed gives the same commands, and troubles at the same places."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from support.workload.births import BIRTHS, FIRST, born
from support.workload.books import Book
from support.workload.moves import Move, changes, refusals

BORN = 0.35
REFUSED = 0.08
COMMANDS_A_LEG = 50


@dataclass(frozen=True)
class Leg:
    """Hold commands that are on their way while one trouble lasts, none if it is empty."""

    moves: tuple[Move, ...]
    trouble: str = ""


def workload(
    rng: Random, tenants: Sequence[str], commands: int, troubles: Sequence[str] = ()
) -> list[Leg]:
    """Return legs of about fifty commands; each trouble befalls as many legs as any other.

    Without troubles it is one leg: nobody waits for the slowest in between. The commands of one
    tenant are to be sent one after the other, those of several at once.
    """
    made = _moves(rng, [Book(tenant) for tenant in tenants], commands)
    if not troubles:
        return [Leg(tuple(made))]
    starts = range(0, commands, COMMANDS_A_LEG)
    befalling = _spread(rng, troubles, len(starts))
    return [
        Leg(tuple(made[start : start + COMMANDS_A_LEG]), trouble)
        for start, trouble in zip(starts, befalling, strict=True)
    ]


def _moves(rng: Random, books: Sequence[Book], commands: int) -> list[Move]:
    first = [(book, command) for command in FIRST for book in books]
    made = [born(book, command, rng) for book, command in first]
    while len(made) < commands:
        made.append(_move(rng, rng.choice(books)))
    return made[:commands]


def _move(rng: Random, book: Book) -> Move:
    """Let one thing happen at a tenant, and keep what comes of it."""
    drawn = rng.random()
    if drawn < REFUSED and (found := refusals(book, rng)):
        return rng.choice(found)
    if drawn < BORN or not (possible := changes(book, rng)):
        return born(book, rng.choice([*BIRTHS]), rng)
    move, effect = rng.choice(possible)
    effect(book, book.entities[move.name], move.said)
    return move


def _spread(rng: Random, troubles: Sequence[str], legs: int) -> list[str]:
    """Return a trouble for each leg, in a random order; no leg is spared."""
    rounds = -(-legs // len(troubles))
    drawn = [each for _ in range(rounds) for each in rng.sample(troubles, len(troubles))]
    return drawn[:legs]
