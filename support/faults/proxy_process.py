"""The fault proxy as a process of the suite's own: started when it is first needed, once a run."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from support.errors import ConfigurationError
from support.observing.waiting import Waiter, WaitTimeout
from support.targets.processes import Child, free_port, guarded

PROGRAM = "support.faults.proxy"
START_PATIENCE_S = 60.0
CALL_TIMEOUT_S = 10.0
# A host of one word: the proxy would read the models of all services (7 s, 400 MB) to find out
# which one an address of several parts belongs to.
HOST = "localhost"
RULES, FIRED, TAMPERINGS = "/_microburst/rules", "/_microburst/fired", "/_tamperings"
ALL = "2000"  # as many as microburst keeps; of fewer, those of other rules count as well
# What microburst says of a rule, and does not take as a description of one.
STATE = frozenset({"id", "fired_count"})

Rule = dict[str, Any]
Started = Callable[[Child, str], object]


class FaultProxy:
    """Stand between a role of the CRM and AWS, and answer as rules and tamperings say.

    `upstream` is where AWS is, None where it has no single address: then there can be no proxy.
    `started` is told of the process, and where it serves.
    """

    def __init__(self, upstream: str | None, log: Path, started: Started = lambda *_: None) -> None:
        self._upstream = upstream
        self._log = log
        self._started = started
        self._child: Child | None = None
        self._client: httpx.Client | None = None

    @property
    def is_possible(self) -> bool:
        """Say whether there is an address that it can stand before."""
        return self._upstream is not None

    @property
    def url(self) -> str:
        """Return where it serves, once it does; raises ConfigurationError if it does not."""
        return str(self._calls.base_url).rstrip("/")

    def stop(self) -> None:
        """End the process, if it was ever needed."""
        if self._client:
            self._client.close()
        if self._child:
            self._child.stop()
        self._child = self._client = None

    def add(self, rule: Rule) -> Rule:
        """Let a rule hold; the first that fits a call decides. Return it with its id."""
        answer: list[Rule] = self._ask("PATCH", RULES, json=[rule])
        return answer[0]

    def remove(self, rule: Rule) -> None:
        """Let a rule hold no longer."""
        described = {name: value for name, value in rule.items() if name not in STATE}
        self._ask("DELETE", RULES, json=[described])

    def tamper(self, how: Rule) -> Rule:
        """Let a tampering begin; return its id."""
        answer: Rule = self._ask("POST", TAMPERINGS, json=how)
        return answer

    def leave(self, tampering: Rule) -> list[Rule]:
        """Let a tampering end; return the true items of what it spoilt, with their tables."""
        params = {"id": str(tampering["id"])}
        originals: list[Rule] = self._ask("DELETE", TAMPERINGS, params=params)["originals"]
        return originals

    def fired(self, number: int) -> list[Rule]:
        """List what a rule or a tampering has done so far."""
        params = {"rule_id": str(number), "limit": ALL}
        told: list[Rule] = self._ask("GET", FIRED, params=params)
        return told

    def _ask(self, method: str, path: str, **said: Any) -> Any:
        answer = self._calls.request(method, path, **said)
        answer.raise_for_status()
        return answer.json()

    @property
    def _calls(self) -> httpx.Client:
        if self._client is None:
            self._start()
        assert self._client  # noqa: S101 - started just now
        return self._client

    def _start(self) -> None:
        if self._upstream is None:
            raise ConfigurationError("nothing can stand between the CRM and AWS itself")
        port = free_port()
        child = Child(
            "the fault proxy",
            guarded([sys.executable, "-m", PROGRAM, self._upstream, str(port)]),
            {},
            self._log,
            speaks=False,
        )
        client = httpx.Client(
            base_url=f"http://{HOST}:{port}", timeout=CALL_TIMEOUT_S, trust_env=False
        )
        with ExitStack() as undo:
            undo.callback(child.stop)
            undo.callback(client.close)
            self._await(child, client)
            undo.pop_all()
        self._child, self._client = child, client
        self._started(child, str(client.base_url))

    def _await(self, child: Child, client: httpx.Client) -> None:
        def serves(_: float) -> bool:
            try:
                return child.ended or client.get(RULES).is_success
            except httpx.TransportError:
                return False

        try:
            Waiter().until(serves, bool, START_PATIENCE_S)
        except WaitTimeout as late:
            raise child.trouble(f"did not answer within {late.elapsed:.0f} s") from late
        if child.ended:
            raise child.trouble("ended")
