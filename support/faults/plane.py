"""The control plane: the one door for faults. It does them, tells the journal, and undoes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.observing.journal import Entry, Journal


class FaultError(Exception):
    """Say what of a fault could not be done, or not be undone."""


@dataclass(frozen=True)
class Fault:
    """Remember a fault that lasts: what it is, in words, how it is undone, whether it has struck.

    Before it has struck, nobody can tell what it keeps from whom. What only prepares another is no
    trouble of its own.
    """

    told: str
    undo: Callable[[], object]
    struck: Callable[[], bool] = lambda: True
    prepares: bool = False


class ControlPlane:
    """Keep what is broken on purpose, so that all of it can be repaired, the newest first.

    `changed` is called whenever what is delivered may have changed: what was found out before
    holds no longer. `used` says whether anything was done at all.
    """

    def __init__(self, journal: Journal, changed: Callable[[], None]) -> None:
        self._journal = journal
        self._changed = changed
        self._lasting: list[Fault] = []
        self.used = False

    @property
    def broken(self) -> list[str]:
        """Return what is broken now, in words."""
        return [each.told for each in self._lasting]

    @property
    def troubles(self) -> list[str]:
        """Return what is broken now without what only prepares it, in words."""
        return [each.told for each in self._lasting if not each.prepares]

    @property
    def pending(self) -> list[str]:
        """Return what is broken and has not struck anything yet, in words."""
        return [each.told for each in self._lasting if not each.struck()]

    def do(self, told: str, act: Callable[[], object], **facts: Any) -> None:
        """Do what needs no repair, such as sending a message twice."""
        self.used = True
        self._tell("fault", told, facts)
        act()

    def break_until_repaired(
        self,
        told: str,
        act: Callable[[], object],
        undo: Callable[[], object],
        *,
        struck: Callable[[], bool] = lambda: True,
        prepares: bool = False,
        **facts: Any,
    ) -> None:
        """Do what lasts until it is undone; `struck` says whether it has had an effect yet.

        `undo` is called even if `act` fails: it has to be harmless where there is nothing to undo.
        """
        self._lasting.append(Fault(told, undo, struck, prepares))
        self.do(told, act, **facts)

    def repair(self) -> None:
        """Undo everything, the newest first; harmless when nothing is broken.

        Raises FaultError once all was tried; what could not be undone is not forgotten.
        """
        self._undo([*self._lasting])

    def repair_only(self, told: str) -> None:
        """Undo what was told in these words; raises FaultError if nothing was, or if it stays."""
        found = [each for each in self._lasting if each.told == told]
        if not found:
            now = ", ".join(self.broken) or "nothing"
            raise FaultError(f"{told} is not broken, so it cannot be repaired; broken is {now}")
        self._undo(found)

    def _undo(self, faults: list[Fault]) -> None:
        troubles: list[tuple[Fault, Exception]] = []
        for fault in reversed(faults):
            try:
                fault.undo()
            except Exception as trouble:  # noqa: BLE001 - the others have to be repaired all the same
                troubles.append((fault, trouble))
            else:
                self._lasting.remove(fault)
                self._tell("repaired", fault.told, {})
        if troubles:
            what = "; ".join(f"{fault.told} ({trouble})" for fault, trouble in troubles)
            raise FaultError(f"not everything could be repaired: {what}") from troubles[0][1]

    def _tell(self, what: str, told: str, facts: dict[str, Any]) -> None:
        self._journal.add(Entry.FAULT, {what: told, **facts})
        self._changed()
