"""The fault proxy, a process of its own: `python -m support.faults.proxy UPSTREAM PORT`.

It is microburst, which answers for AWS as its rules say, with what its rules cannot do: refusing
single entries of a batch, and spoiling a record on its way into a table, or telling it in its older
form. This is told to it at TAMPERINGS, as JSON: {"do": "refuse", ...}, {"do": "spoil", ...} and
{"do": "age", ...}; what they did is in microburst's own list of what was fired, under the id that
the answer names.
"""

import itertools
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import uvloop
from aiohttp import web
from microburst.control import CONTROL_PREFIX
from microburst.core.pipeline import Microburst
from microburst.forward import Upstream
from microburst.observe import emit_fired
from microburst.rules import FiredEvent

from support.fixtures.older import older

LOOPBACK = "127.0.0.1"
TAMPERINGS = "/_tamperings"
FIRST_ID = 1_000_000  # above the ids of microburst's own rules
END_PATIENCE_S = 0.2

Document = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Hold what AWS answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def response(self) -> web.Response:
        """Return it as it is."""
        return web.Response(status=self.status, headers=self.headers, body=self.body)


@dataclass(eq=False)
class Tampering:
    """Change whatever a call says of one event: the first that is seen of an entity.

    `code` is how an entry is refused; `originals` are the true items of what was altered, each
    with its table.
    """

    number: int
    do: str
    tenant_id: str
    entity_id: str
    code: str = ""
    originals: list[Document] = field(default_factory=list)
    _event_id: str | None = None

    def is_about(self, event: str) -> bool:
        """Say whether it is about an event, given as JSON."""
        try:
            found = json.loads(event)
        except ValueError:
            return False
        if (found["tenant_id"], found["entity_id"]) != (self.tenant_id, self.entity_id):
            return False
        self._event_id = self._event_id or found["event_id"]
        return bool(found["event_id"] == self._event_id)

    def take_back(self, original: Document) -> None:
        """Be as before what was not stored: the next attempt tells it under another id."""
        self.originals.remove(original)
        if not self.originals:
            self._event_id = None


class TamperingUpstream(Upstream):  # type: ignore[misc]  # microburst has no types
    """Pass on to AWS what no rule has answered, tampered with where it is wanted."""

    def __init__(self, base_url: str, fired: Callable[[FiredEvent], object]) -> None:
        super().__init__(base_url)
        self._fired_event = fired
        self._ids = itertools.count(FIRST_ID)
        self._all: dict[int, Tampering] = {}
        self._operations = {"PutEvents": self._put_events, "TransactWriteItems": self._store}

    async def relay(
        self, request: web.Request, body: bytes | None, *more: Any, **named: Any
    ) -> web.StreamResponse:
        """Return AWS's answer to a call, or to what tampering has made of the call."""
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        tamper = self._operations.get(operation)
        answer = await tamper(request, json.loads(body)) if tamper and body and self._all else None
        if answer is not None:
            return answer
        passed: web.StreamResponse = await super().relay(request, body, *more, **named)
        return passed

    async def control(self, request: web.Request) -> web.Response:
        """Let a tampering begin or end."""
        if request.method == "POST":
            number = next(self._ids)
            self._all[number] = Tampering(number, **await request.json())
            return web.json_response({"id": number})
        gone = self._all.pop(int(request.query["id"]), None)
        return web.json_response({"originals": gone.originals if gone else []})

    async def _put_events(self, request: web.Request, body: Document) -> web.Response | None:
        entries: list[Document] = body["Entries"]
        refused = self._refused([entry.get("Detail", "") for entry in entries])
        if not refused:
            return None
        for tampering in dict.fromkeys(refused.values()):
            self._fired(request, tampering, tampering.code)
        taken = [entry for index, entry in enumerate(entries) if index not in refused]
        results: list[Document] = []
        if taken:
            answer = await self._ask(request, {**body, "Entries": taken})
            if answer.status != web.HTTPOk.status_code:
                return answer.response()
            results = json.loads(answer.body)["Entries"]
        return web.json_response(_merged(len(entries), refused, results))

    def _refused(self, events: Sequence[str]) -> dict[int, Tampering]:
        refused: dict[int, Tampering] = {}
        for tampering in self._wanted("refuse"):
            about = [index for index, event in enumerate(events) if tampering.is_about(event)]
            refused |= dict.fromkeys(about, tampering)
        return refused

    async def _store(self, request: web.Request, body: Document) -> web.Response | None:
        puts = [write["Put"] for write in body["TransactItems"] if "Put" in write]
        found = [
            (put, tampering, altered)
            for tampering in self._wanted(*ALTERED)
            for put in puts
            if tampering.is_about(_event(put["Item"]))
            and (altered := ALTERED[tampering.do](json.loads(_event(put["Item"]))))
        ]
        if not found:
            return None
        true = [
            (tampering, {"TableName": put["TableName"], "Item": put["Item"]})
            for put, tampering, _ in found
        ]
        for tampering, original in true:
            tampering.originals.append(original)
        for put, _, altered in found:
            put["Item"] = {**put["Item"], "event": {"S": json.dumps(altered)}}
        refused = False
        try:
            answer = await self._ask(request, body)
            refused = answer.status == web.HTTPBadRequest.status_code
        finally:  # where nobody says that it was refused, it may be stored
            self._settle(request, true, refused=refused)
        return answer.response()

    def _settle(
        self, request: web.Request, true: Sequence[tuple[Tampering, Document]], *, refused: bool
    ) -> None:
        if refused:
            for tampering, original in true:
                tampering.take_back(original)
            return
        for tampering in dict.fromkeys(tampering for tampering, _ in true):
            self._fired(request, tampering, tampering.do)

    def _wanted(self, *do: str) -> list[Tampering]:
        return [each for each in self._all.values() if each.do in do]

    def _fired(self, request: web.Request, tampering: Tampering, action: str) -> None:
        service, _, operation = request.headers["X-Amz-Target"].partition(".")
        event = FiredEvent(
            time.time(), tampering.number, service, operation, None, None, action, request.path
        )
        self._fired_event(event)

    async def _ask(self, request: web.Request, body: Document) -> Answer:
        kept = {"x-amz-target", "content-type", "authorization", "x-amz-date"}
        headers = {k: v for k, v in request.headers.items() if k.lower() in kept}
        url = f"{self.base_url}{request.rel_url.raw_path_qs}"
        async with self.session.post(url, data=json.dumps(body), headers=headers) as answer:
            told = {"Content-Type": answer.headers.get("Content-Type", "")}
            return Answer(answer.status, told, await answer.read())


def _merged(count: int, refused: Mapping[int, Tampering], results: Sequence[Document]) -> Document:
    """Return the answer to a whole batch, from the results of those entries that were sent on."""
    told = iter(results)
    entries = [
        {"ErrorCode": refused[index].code, "ErrorMessage": "Refused."}
        if index in refused
        else next(told)
        for index in range(count)
    ]
    failed = sum("ErrorCode" in entry for entry in entries)
    return {"FailedEntryCount": failed, "Entries": entries}


def _event(item: Document) -> str:
    text: str = item.get("event", {}).get("S", "")
    return text


def _spoilt(event: Document) -> Document:
    """Return an event with a field in its payload that no schema has."""
    return {**event, "payload": {**event["payload"], "smudge": "unreadable"}}


# What becomes of an event on its way into a table; None for one that stays as it is.
ALTERED: Mapping[str, Callable[[Document], Mapping[str, Any] | None]] = {
    "spoil": _spoilt,
    "age": older,
}


def app(upstream: str) -> web.Application:
    """Return the web application."""
    microburst = Microburst(upstream)
    tampering = TamperingUpstream(upstream, lambda event: emit_fired(microburst, event))
    microburst.upstream = tampering
    made = web.Application()
    made.router.add_route("*", TAMPERINGS, tampering.control)
    made.on_startup.append(microburst.start)
    made.on_cleanup.append(microburst.stop)
    made.router.add_route("*", f"{CONTROL_PREFIX}/{{tail:.*}}", microburst.handle_control)
    made.router.add_route("*", "/{tail:.*}", microburst.handle_proxy)
    return made


def main(upstream: str, port: str) -> None:
    """Serve until a signal comes; what is held up then stays unanswered."""
    web.run_app(
        app(upstream),
        host=LOOPBACK,
        port=int(port),
        print=None,
        access_log=None,
        shutdown_timeout=END_PATIENCE_S,
        loop=uvloop.new_event_loop(),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
