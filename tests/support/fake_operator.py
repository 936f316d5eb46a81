"""The processes of the CRM in memory: what a stopped one would do, it does when it is started."""

from collections.abc import Callable, Sequence

Work = Callable[[], object]


class FakeOperator:
    """Keep the work of stopped roles until they start; `obeys` is false of a CRM that goes on."""

    def __init__(self, roles: Sequence[str]) -> None:
        self._roles = roles
        self._left: dict[str, list[Work]] = {}
        self.obeys = True
        self.told: list[str] = []
        self.given_up: list[Work] = []

    @property
    def roles(self) -> Sequence[str]:
        """Name the roles."""
        return self._roles

    def runs(self, role: str) -> bool:
        """Say whether a role runs."""
        return role not in self._left

    def kill(self, role: str) -> None:
        """Stop a role."""
        self.stop(role)

    def stop(self, role: str) -> None:
        """Let a role do nothing more."""
        self.told.append(f"stop {role}")
        self._left.setdefault(role, [])

    def start(self, role: str, endpoint: str | None = None) -> None:
        """Let a role do what it has left."""
        self.told.append(f"start {role}{f' at {endpoint}' if endpoint else ''}")
        for work in self._left.pop(role, []):
            work()

    def redrive(self, source: str, tenant_id: str) -> int:
        """Do what was set aside, whoever's it is."""
        self.told.append(f"redrive {source} of {tenant_id}")
        aside, self.given_up = self.given_up, []
        for work in aside:
            work()
        return len(aside)

    def replay(self, tenant_id: str) -> int:
        """Publish nothing again."""
        raise NotImplementedError(tenant_id)

    def rebuild(self, subscriber: str, tenant_id: str) -> int:
        """Build nothing anew."""
        raise NotImplementedError(subscriber, tenant_id)

    def does(self, role: str, work: Work) -> None:
        """Let a role work now, or later if it is stopped."""
        if self.obeys and not self.runs(role):
            self._left[role].append(work)
        else:
            work()
