"""A reference CRM in processes of its own, and a client of one of its tenants."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx

ROOT = Path(__file__).parents[3]
OPERATOR = "operator-token"
KEYS = count(1)
T = TypeVar("T")


def eventually(look: Callable[[], T | None], seconds: float = 8.0) -> T:
    """Return what is found, as soon as it is; fail if nothing is found in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)
    return found


class Tenant:
    """Speak to the CRM in the name of one tenant."""

    def __init__(self, http: httpx.Client, tenant_id: str) -> None:
        self.id = tenant_id
        self._http = http
        opened = http.post("/tenants", json={"tenant_id": tenant_id}, headers=bearer(OPERATOR))
        self.headers = bearer(opened.json()["credential"])

    def ask(
        self,
        command: str,
        data: Mapping[str, Any],
        entity_id: str | None = None,
        key: str | None = None,
        **body: Any,
    ) -> httpx.Response:
        """Send a command."""
        named = {} if entity_id is None else {"entity_id": entity_id}
        return self._http.post(
            f"/tenants/{self.id}/commands/{command}",
            json={"data": data, **named, **body},
            headers={
                **self.headers,
                "Idempotency-Key": key or f"key-{next(KEYS)}",
                "X-Actor": "ann",
            },
        )

    def accepted(
        self, command: str, data: Mapping[str, Any], entity_id: str | None = None, **body: Any
    ) -> Any:
        """Send a command that must be accepted; return its receipt."""
        answer = self.ask(command, data, entity_id, **body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def code(
        self, command: str, data: Mapping[str, Any], entity_id: str | None = None, **body: Any
    ) -> tuple[int, str]:
        """Send a command that must be refused; return status and code."""
        answer = self.ask(command, data, entity_id, **body)
        return answer.status_code, answer.json()["code"]

    def get(self, path: str, **query: Any) -> Any:
        """Read something of the tenant's."""
        answer = self._http.get(f"/tenants/{self.id}{path}", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def view(self, entity_type: str, entity_id: str, version: int) -> Any:
        """Wait for a view to have a version; return it."""

        def look() -> Any:
            path = f"/tenants/{self.id}/{entity_type}/{entity_id}"
            found = self._http.get(path, headers=self.headers).json()
            return found if found.get("version") == version else None

        return eventually(look)

    def applied(self, subscriber: str, entity_id: str) -> list[tuple[int, int]]:
        """Return the versions that a subscriber applied, and how many times."""
        rows = self.get(f"/subscribers/{subscriber}/applied", limit=1000)["applied"]
        return [(row["version"], row["times"]) for row in rows if row["entity_id"] == entity_id]

    def settled(self, subscriber: str, entity_id: str, versions: list[int]) -> None:
        """Wait until a subscriber has applied these versions, each once."""
        expected = [(version, 1) for version in versions]
        eventually(lambda: self.applied(subscriber, entity_id) == expected)


class Crm:
    """Run `up --control` and keep its control line."""

    def __init__(self, environment: Mapping[str, str], *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.reference_crm", "up", "--control", *options],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.ready = json.loads(self._line() or '{"ready": false}')
        assert self.ready["ready"], "the CRM did not start"
        self.http = httpx.Client(base_url=self.ready["url"], timeout=15)

    @property
    def pid(self) -> int:
        """Return the process id of the supervisor."""
        return self._process.pid

    def tenant(self, tenant_id: str) -> Tenant:
        """Open a tenant."""
        return Tenant(self.http, tenant_id)

    def do(self, order: str, role: str | None = None, **more: str) -> Any:
        """Give an order; return the answer."""
        of = {} if role is None else {"role": role}
        return self.say(json.dumps({"do": order, **of, **more}))

    def say(self, line: str) -> Any:
        """Write a line on the control line; return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        return json.loads(self._line())

    def ask_and_look_away(self, order: str, role: str) -> int:
        """Give an order and read no answer; return the exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.stdin.write(json.dumps({"do": order, "role": role}) + "\n")
        return self.wait()

    def hang_up(self) -> int:
        """End the control line, and with it the CRM; return the exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self.wait()

    def signal(self, number: int) -> None:
        """Send a signal to the supervisor."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Wait for the supervisor's end; return its exit code."""
        self.http.close()
        code = self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def bearer(token: str) -> dict[str, str]:
    """Return the header of a credential."""
    return {"Authorization": f"Bearer {token}"}
