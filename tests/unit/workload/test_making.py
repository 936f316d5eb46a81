"""A workload is made up so that it makes sense, and the same again from the same seed."""

from collections import Counter
from random import Random

import pytest

from support.acts import ACTS, CREATING, PROMISED
from support.contract.entities import EntityType
from support.vocabulary import Named
from support.workload.making import COMMANDS_A_LEG, Leg, workload
from support.workload.moves import CHANGES, REFUSALS, Move

TENANTS = ("Acme", "Bravo", "Cargo")
TROUBLES = ("one is killed", "another is killed")
SEEDS = range(8)


def _rng(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - it has to repeat


def _moves(seed: int, commands: int = 300) -> list[Move]:
    return [move for leg in workload(_rng(seed), TENANTS, commands) for move in leg.moves]


def test_the_same_seed_gives_the_same_commands_and_troubles() -> None:
    """A failure can be repeated; another seed finds other failures."""
    made = [workload(_rng(seed), TENANTS, 300, TROUBLES) for seed in (7, 7, 8)]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("seed", SEEDS)
def test_troubles_befall_every_leg_evenly(seed: int) -> None:
    """Fifty commands are on their way in each."""
    legs = workload(_rng(seed), TENANTS, 300, TROUBLES)
    assert [len(leg.moves) for leg in legs] == [COMMANDS_A_LEG] * 6
    assert Counter(leg.trouble for leg in legs) == dict.fromkeys(TROUBLES, 3)


def test_without_troubles_all_commands_are_one_leg() -> None:
    """Nobody has to wait for anybody; with one, a rest of commands is a leg of its own."""
    (leg,) = workload(_rng(7), TENANTS, 120)
    assert (len(leg.moves), leg.trouble) == (120, "")
    parts = workload(_rng(7), TENANTS, 120, TROUBLES[:1])
    assert parts == [Leg(leg.moves[n : n + 50], TROUBLES[0]) for n in (0, 50, 100)]


def test_everything_that_can_be_done_is_done() -> None:
    """Over a few seeds: all commands to all seven entities, and every way to be refused."""
    made = [move for seed in range(30) for move in _moves(seed)]
    assert {move.act.command for move in made if not move.refused} == set(PROMISED)
    assert {move.act.entity for move in made} == {*EntityType}
    assert {(move.act.command, move.refused) for move in made if move.refused} == {
        (each.command, each.code) for each in REFUSALS
    }


def test_every_command_but_the_creating_ones_is_a_change() -> None:
    """A command that is new in the CRM has to be in the workload, too."""
    creating = {act.command for act in CREATING.values()} | {"LogActivity"}
    assert {act.command for act in ACTS} - creating == set(CHANGES)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_done_to_what_is_not_there(seed: int) -> None:
    """Nor is anything named in a command that the tenant has not."""
    known: set[tuple[str, str]] = set()
    for move in _moves(seed):
        named = [value.name for value in move.said.values() if isinstance(value, Named)]
        assert {(move.tenant, name) for name in named} <= known
        if move.act.creates:
            assert (move.tenant, move.name) not in known
        else:
            assert (move.tenant, move.name) in known
        known.add((move.tenant, move.name))
        if move.act.command == "ConvertLead" and not move.refused:
            kinds = ("account", "contact", "opportunity")
            known |= {(move.tenant, f"{move.name}'s {kind}") for kind in kinds}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_subscriber_may_close_is_left_alone(seed: int) -> None:
    """After a deactivation nobody knows when that happens, so nobody can know the answer."""
    at: dict[tuple[str, str], str] = {}
    doubtful: set[tuple[str, str]] = set()
    for move in _moves(seed):
        where = (move.tenant, move.name)
        assert where not in doubtful
        about = move.said.get("account") or move.said.get("regarding")
        closing = move.act.entity in (EntityType.OPPORTUNITY, EntityType.ACTIVITY)
        if move.act.creates and closing and isinstance(about, Named):
            at[where] = about.name
        if move.act.command == "DeactivateAccount" and not move.refused:
            doubtful |= {each for each, account in at.items() if (each[0], account) == where}
