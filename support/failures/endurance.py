"""Letting several tenants work at random, each on its own, while troubles come and go."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from random import Random
from threading import Event as Flag

from support.acting import Actor
from support.crm.port import CommandRefused
from support.crm.sending import Sender
from support.failures.striking import require_struck
from support.failures.trouble import Trouble
from support.faults.hardships import Hardship
from support.faults.plane import ControlPlane
from support.fixtures.builders import Builder
from support.parties import PUBLISHER, TRANSPORT, Party
from support.run import Run
from support.scenario import Deeds
from support.workload.making import Leg, workload
from support.workload.moves import Move


class Endurance:
    """Send what a workload says: the same seed and scenario give the same again."""

    def __init__(
        self, run: Run, scenario: str, deeds: Deeds, plane: ControlPlane, trouble: Trouble
    ) -> None:
        self._run = run
        self._scenario = scenario
        self._deeds = deeds
        self._plane = plane
        self._trouble = trouble

    def work(self, commands: int) -> None:
        """Let the tenants of the scenario send so many commands in all; raises AssertionError."""
        self._work(commands, {}, self._run.sender)

    def work_in_trouble(self, commands: int) -> None:
        """Let them do so while processes are killed and the transport is throttled, in turn.

        Whoever gets no answer sends the command again, with its key: it may have been done or not.
        """
        parties = [PUBLISHER, *(Party(each.name) for each in self._run.witness.subscribers)]
        troubles = {f"{each} is killed": partial(self._trouble.dies, each) for each in parties}
        first, *_ = self._deeds.tenants
        throttled = partial(self._trouble.befalls_at_once, TRANSPORT, Hardship.THROTTLED, first)
        sender = self._run.sender.insisting(self._run.settings.timeout)
        self._work(commands, {**troubles, f"{TRANSPORT} {Hardship.THROTTLED}": throttled}, sender)

    def _work(
        self, commands: int, troubles: Mapping[str, Callable[[], None]], sender: Sender
    ) -> None:
        rng = Random(f"{self._run.settings.seed} {self._scenario}")  # noqa: S311 - has to repeat
        tenants = [*self._deeds.tenants]
        actors = {name: self._actor(name, sender) for name in tenants}
        for leg in workload(rng, tenants, commands, [*troubles]):
            self._go(leg, actors, troubles)

    def _actor(self, tenant: str, sender: Sender) -> Actor:
        """Return who acts for one tenant; what others do does not change what is made up for it."""
        builder = Builder(self._run.settings.seed, f"{self._scenario} {tenant}")
        return Actor(sender, builder, self._deeds)

    def _go(
        self, leg: Leg, actors: Mapping[str, Actor], troubles: Mapping[str, Callable[[], None]]
    ) -> None:
        """Send the commands of a leg: half of them before the trouble is there, half meanwhile."""
        there, over = Flag(), Flag()
        with ThreadPoolExecutor(len(actors)) as pool, ExitStack() as leaving:
            leaving.callback(there.set)
            leaving.callback(over.set)
            sending = []
            for tenant, actor in actors.items():
                moves = [move for move in leg.moves if move.tenant == tenant]
                sending.append(pool.submit(self._send, actor, moves, there, over))
            if leg.trouble:
                troubles[leg.trouble]()
            there.set()
            for each in sending:
                each.result()
        if leg.trouble:
            require_struck(self._plane, self._run.settings.timeout)
            self._plane.repair()

    def _send(self, actor: Actor, moves: Sequence[Move], there: Flag, over: Flag) -> None:
        """Send what is left for one tenant, unless nobody waits for it any more."""
        for number, move in enumerate(moves):
            if number >= len(moves) // 2:
                there.wait()
            if over.is_set():
                return
            owner = self._deeds.tenant(move.tenant)
            command = actor.prepare(owner, move.act, move.name, move.said)
            if not move.refused:
                actor.insist(owner, move.name, command)
                continue
            outcome = actor.send(command)
            found = outcome.code if isinstance(outcome, CommandRefused) else "not refused"
            if found != move.refused:
                raise AssertionError(f"{move} in a workload, and was {found}; {self._repeat}")

    @property
    def _repeat(self) -> str:
        return f"-D seed={self._run.settings.seed} sends the same commands again"
