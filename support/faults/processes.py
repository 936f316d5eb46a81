"""The processes of the CRM: ended softly or at once, led elsewhere, and brought back."""

from collections.abc import Callable, Collection

from support.crm.port import CrmOperator
from support.faults.plane import ControlPlane, FaultError
from support.parties import Party


class Processes:
    """Take processes of a CRM down, or let them call AWS at another endpoint.

    The repair starts them as they were, and whatever died by itself meanwhile. A role that there
    is not raises FaultError.
    """

    def __init__(self, operator: CrmOperator, plane: ControlPlane) -> None:
        self._plane = plane
        self._known = operator
        self._down: set[str] = set()
        self._told: dict[str, dict[str, None]] = {}
        self._endpoints: dict[str, str] = {}

    def stop(self, role: str) -> None:
        """Let a process end as it wants to."""
        self._take_down(role, "stopped", self._operator(role).stop)

    def kill(self, role: str, when: str = "") -> None:
        """End a process at once; `when` is for who reads of it."""
        self._take_down(role, f"killed {when}".strip(), self._operator(role).kill)

    def start(self, role: str) -> None:
        """Start what was stopped or killed, and whatever died by itself.

        Raises FaultError if it was neither: then the sentence would do nothing.
        """
        if role not in self._told:
            raise FaultError(
                f"{Party(role)} was neither stopped nor killed, so it cannot be started: "
                "say first that it is"
            )
        for told in self._told.pop(role):
            self._plane.repair_only(told)

    def lead_to(self, role: str, url: str) -> None:
        """Let a process call AWS at a URL; it is started anew for that, if it runs."""
        operator = self._operator(role)
        was_down = role in self._down

        def lead() -> None:
            operator.stop(role)
            self._endpoints[role] = url
            if not was_down:
                operator.start(role, url)

        self._plane.break_until_repaired(
            _led(role), lead, lambda: self._lead_back(role), prepares=True, url=url
        )

    @property
    def led(self) -> Collection[str]:
        """Name the roles that call AWS at an endpoint of their own."""
        return self._endpoints.keys()

    def lead_back(self, role: str) -> None:
        """Let a process call AWS where the others do."""
        self._plane.repair_only(_led(role))

    def runs(self, role: str) -> bool:
        """Say whether a process runs."""
        return self._operator(role).runs(role)

    def _take_down(self, role: str, how: str, act: Callable[[str], None]) -> None:
        self._down.add(role)
        told = f"{Party(role)} is {how}"
        self._told.setdefault(role, {})[told] = None
        self._plane.break_until_repaired(
            told,
            lambda: act(role),
            lambda: self._bring_back(role),
            struck=lambda: not self.runs(role),
        )

    def _bring_back(self, role: str) -> None:
        self._down.discard(role)
        self._told.pop(role, None)
        operator = self._operator(role)
        for each in operator.roles:
            if each not in self._down and not operator.runs(each):
                operator.start(each, self._endpoints.get(each))

    def _lead_back(self, role: str) -> None:
        self._endpoints.pop(role, None)
        operator = self._operator(role)
        operator.stop(role)
        if role not in self._down:
            self._bring_back(role)

    def _operator(self, role: str) -> CrmOperator:
        if role not in self._known.roles:
            roles = ", ".join(self._known.roles)
            raise FaultError(f"the CRM has no process {role}; its processes are {roles}")
        return self._known


def _led(role: str) -> str:
    return f"the role {role} calls AWS through the fault proxy"
