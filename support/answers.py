"""What a scenario can require of the answers to its commands."""

from support.crm.port import Accepted, CommandRefused, Receipt, status_of
from support.scenario import Deeds

CONFLICT = "version_conflict"
IN_FLIGHT = "in_flight"
SHOWN = 200


class Answers:
    """Judge how the commands of one scenario were answered; each method raises AssertionError."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    def refused_as(self, words: str) -> None:
        """Require that the newest command was refused with this code, and told why."""
        command, outcome = self._deeds.last()
        self._deeds.judged([outcome])
        refused_as(words, command.command_type, outcome)

    def given_again(self) -> None:
        """Require that a repeated command was accepted once and got its first answer again."""
        command, outcome = self._deeds.last()
        key = command.idempotency_key
        first = next(o for c, o in self._deeds.tried if c.idempotency_key == key)
        if not isinstance(outcome, Accepted) or not isinstance(first, Accepted):
            raise AssertionError(
                "both should have been accepted; "
                f"the first was {_told(first)}, the repetition {_told(outcome)}"
            )
        if not outcome.repeated or outcome.receipt != first.receipt:
            raise AssertionError(
                f"expected the first answer again: {_spelt(first.receipt)}; "
                f"got {_spelt(outcome.receipt)}"
                f"{'' if outcome.repeated else ', and it was carried out once more'}"
            )

    def one_edit_won(self) -> None:
        """Require that one of the edits made at once was accepted, and the others told why not."""
        version = self._deeds.last()[0].expected_version
        outcomes = [o for c, o in self._deeds.tried if c.expected_version == version is not None]
        self._deeds.judged(outcomes)
        refused = [o.code for o in outcomes if isinstance(o, CommandRefused)]
        if len(outcomes) < 2 or len(refused) != len(outcomes) - 1 or set(refused) != {CONFLICT}:
            raise AssertionError(
                "exactly one edit should win, and the others be told of the conflict: "
                f"{len(outcomes)} edits, refused as {refused or 'none'}"
            )

    def one_carried_out(self) -> None:
        """Require that of equal commands one was carried out, and the others got its answer."""
        key = self._deeds.last()[0].idempotency_key
        outcomes = [o for c, o in self._deeds.tried if c.idempotency_key == key]
        self._deeds.judged(outcomes)
        answers = [o for o in outcomes if isinstance(o, Accepted)]
        refusals = {o.code for o in outcomes if isinstance(o, CommandRefused)}
        receipts = {answer.receipt for answer in answers}
        first = [answer for answer in answers if not answer.repeated]
        if len(receipts) != 1 or len(first) != 1 or refusals - {IN_FLIGHT}:
            raise AssertionError(
                "one of the equal commands should be carried out and the others get its answer: "
                f"{len(first)} carried out, {len(receipts)} different answers, "
                f"refused as {sorted(refusals) or 'none'}"
            )

    def one_accepted(self, words: str) -> None:
        """Require that of the commands made at once one was accepted, the others refused so."""
        kind = self._deeds.last()[0].command_type
        outcomes = self._deeds.outcomes_of(kind)
        self._deeds.judged(outcomes)
        refused = [o for o in outcomes if isinstance(o, CommandRefused)]
        if len(outcomes) < 2 or len(refused) != len(outcomes) - 1:
            raise AssertionError(
                f"one command should be carried out and the others be refused as {words!r}: "
                f"{len(outcomes) - len(refused)} of {len(outcomes)} carried out, "
                f"refused as {sorted({each.code for each in refused}) or 'none'}"
            )
        for each in refused:
            refused_as(words, kind, each)


def refused_as(words: str, what: str, answer: object) -> None:
    """Require that an answer is a refusal with this code, its status and a sentence.

    Raises AssertionError.
    """
    if not isinstance(answer, CommandRefused):
        raise AssertionError(
            f"{what} should have been refused as {words!r}, and was {_told(answer)}"
        )
    code = words.replace(" ", "_")
    expected = (code, status_of(code))
    if (answer.code, answer.status) != expected or not answer.message.strip():
        raise AssertionError(
            f"{what} should have been refused as {words!r} (status {expected[1]}) with a "
            f"sentence, and was {answer}"
        )


def _spelt(receipt: Receipt) -> str:
    events = [f"{event.event_type} {event.event_id}" for event in receipt.events]
    return f"version {receipt.version} of {receipt.entity_id} by {', '.join(events) or 'no event'}"


def _told(answer: object) -> str:
    if isinstance(answer, CommandRefused):
        return str(answer)
    if isinstance(answer, Accepted):
        return f"accepted: {[event.event_type for event in answer.receipt.events]}"
    return f"answered: {str(answer)[:SHOWN]}"
