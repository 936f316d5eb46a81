"""The inboxes of subscribers in memory: they take each event once, in order, and keep the rest."""

from collections.abc import Mapping

from tests.support.samples import Document


class FakeInboxes:
    """Give subscribers what is put into their queues; `had` is what each has had, by its name.

    `deaf` are those to whom the bus delivers nothing; one that is not `patient` takes what it gets
    at once.
    """

    def __init__(self, had: Mapping[str, list[Document]]) -> None:
        self._had = had
        self.deaf: set[str] = set()
        self.kept: dict[str, list[Document]] = {name: [] for name in had}
        self.patient = True

    def take(self, subscriber: str, event: Document) -> None:
        """Apply an event that is due, and those that waited for it; keep one that is early."""
        had, kept = self._had[subscriber], self.kept[subscriber]
        if event in had or event in kept:
            return
        kept.append(event)
        while due := [each for each in kept if not self.patient or _is_due(each, had)]:
            had.append(due[0])
            kept.remove(due[0])


def _is_due(event: Document, had: list[Document]) -> bool:
    about = [each for each in had if each["entity_id"] == event["entity_id"]]
    return bool(event["version"] == len(about) + 1)
