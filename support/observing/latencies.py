"""How long events take from the command to the tap."""

from collections.abc import Sequence

from support.observing.deliveries import Delivery


class Latencies:
    """Keep the run's latencies: seconds from sending a command to the tap's SentTimestamp."""

    def __init__(self) -> None:
        self._commanded: dict[str, float] = {}
        self._seconds: list[float] = []

    def commanded(self, event_ids: Sequence[str], at: float) -> None:
        """Note when the command that made these events was sent (seconds since the epoch)."""
        self._commanded.update(dict.fromkeys(event_ids, at))

    def arrived(self, delivery: Delivery, *, held_up: bool = False) -> None:
        """Note when an event got into a tap's queue; only its first arrival counts.

        What the suite itself may have held up tells nothing of how long events take.
        """
        at = self._commanded.pop(str(delivery.event_id), None)
        if at is not None and not held_up:
            self._seconds.append(max(0.0, delivery.sent_at - at))

    def forget(self) -> None:
        """Begin anew: what was seen so far is how slowly the path starts, not how fast it is."""
        self._seconds.clear()

    @property
    def seconds(self) -> Sequence[float]:
        """Return all latencies so far."""
        return tuple(self._seconds)
