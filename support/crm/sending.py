"""Sending commands so that the journal and the latencies know of each."""

import time
from copy import copy
from dataclasses import asdict, replace
from itertools import count

from support.crm.port import Accepted, Answer, Command, CommandRefused, CrmPort
from support.errors import NoAnswer
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.waiting import Backoff, Waiter, WaitTimeout

AGAIN = Backoff(first=0.02, ceiling=0.2)


class Sender:
    """Send commands to the CRM under test, on the record."""

    def __init__(self, crm: CrmPort, journal: Journal, latencies: Latencies) -> None:
        self._crm = crm
        self._journal = journal
        self._latencies = latencies
        self._numbers = count(1)
        self._patience: float | None = None

    def insisting(self, patience: float) -> "Sender":
        """Return a sender that sends again, with the same key, while there is no answer.

        That is one command, sent at least twice. NoAnswer is raised only if there is none within
        `patience` seconds after the first silence; an answer that is neither yes nor no is one, and
        is not asked for again.
        """
        other = copy(self)
        other._patience = patience  # noqa: SLF001 - a copy of our own
        return other

    def showing(self, crm: CrmPort) -> "Sender":
        """Return a sender that sends through another driver, and counts its commands on."""
        other = copy(self)
        other._crm = crm  # noqa: SLF001 - a copy of our own
        return other

    def send(self, command: Command) -> Accepted:
        """Send a command; raises CommandRefused, and CrmTrouble if there is no answer."""
        at = time.time()
        number = next(
            self._numbers
        )  # commands are sent at the same time, and answered in any order
        self._journal.add(Entry.COMMAND, {"number": number, **asdict(command)})
        try:
            answer = self._answer(command, number)
        except CommandRefused as refusal:
            self._journal.add(
                Entry.REFUSAL,
                {
                    "command": number,
                    "tenant_id": command.tenant_id,
                    "code": refusal.code,
                    "message": refusal.message,
                },
            )
            raise
        answered_at = time.time()
        if not answer.repeated:
            self._latencies.commanded([event.event_id for event in answer.receipt.events], at)
        accepted = Accepted(command, answer.receipt, answer.repeated, at, answered_at)
        self._journal.add(
            Entry.RECEIPT,
            {
                "command": number,
                "tenant_id": command.tenant_id,
                "repeated": accepted.repeated,
                "sent_at": accepted.sent_at,
                "answered_at": accepted.answered_at,
                "receipt": accepted.receipt.model_dump(),
            },
        )
        return accepted

    def _answer(self, command: Command, number: int) -> Answer:
        if self._patience is None:
            return self._crm.send(command)
        silences: list[NoAnswer] = []

        def ask(_: float) -> Answer | None:
            try:
                return self._crm.send(command)
            except NoAnswer as silence:
                told = {"command": number, "tenant_id": command.tenant_id, "why": str(silence)}
                self._journal.add(Entry.UNANSWERED, told)
                silences.append(silence)
                return None

        try:
            answer = ask(0.0) or Waiter(AGAIN).until(ask, bool, self._patience)
        except WaitTimeout as late:
            raise silences[-1] from late
        assert answer  # noqa: S101 - that is what was waited for
        # What is known already may have been done before its answer was lost.
        return replace(answer, repeated=answer.repeated and not silences)
