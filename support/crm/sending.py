"""Sending commands so that the journal and the latencies know of each."""

import time
from dataclasses import asdict
from itertools import count

from support.crm.port import Accepted, Command, CommandRefused, CrmPort
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies


class Sender:
    """Send commands to the CRM under test, on the record."""

    def __init__(self, crm: CrmPort, journal: Journal, latencies: Latencies) -> None:
        self._crm = crm
        self._journal = journal
        self._latencies = latencies
        self._numbers = count(1)

    def send(self, command: Command) -> Accepted:
        """Send a command; raises CommandRefused."""
        at = time.time()
        number = next(
            self._numbers
        )  # commands are sent at the same time, and answered in any order
        self._journal.add(Entry.COMMAND, {"number": number, **asdict(command)})
        try:
            answer = self._crm.send(command)
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
