"""The protocol: one address, one method, and a session in place of a credential."""

import json
import logging
import secrets
import socket
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

from tests.other_crm.cabinet import Cabinet
from tests.other_crm.desk import Desk, Slip
from tests.other_crm.fields import ID, Refused
from tests.other_crm.readers import Mirror, Reader, Scribe
from tests.other_crm.stack import ONLY

BODY = "an order is an object, and so is what it is with"
PAGE = 40
log = logging.getLogger(__name__)

Asked = Mapping[str, Any]


class Sessions:
    """Give out sessions, which end after `seconds`."""

    def __init__(self, operator: str, seconds: float) -> None:
        self._operator = operator
        self._seconds = seconds
        self._known: dict[str, tuple[str, float]] = {}

    def begin(self, asked: Asked) -> dict[str, Any]:
        """Return a session for a tenant; raises Refused."""
        if not secrets.compare_digest(str(asked.get("operator")), self._operator):
            raise Refused("invalid credential", "this is not the operator's key")
        tenant = asked.get("house")
        if not isinstance(tenant, str) or not ID.fullmatch(tenant):
            raise Refused("invalid tenant id", "letters, digits, dots, underscores and hyphens")
        session = secrets.token_urlsafe(12)
        self._known[session] = tenant, monotonic() + self._seconds
        return {"session": session}

    def tenant(self, asked: Asked) -> str:
        """Return whose session it is; raises Refused, also when it has ended."""
        tenant, end = self._known.get(str(asked.get("session")), ("", 0.0))
        if monotonic() >= end:
            raise Refused("session over", "sign in again")
        return tenant


class Counter:
    """Answer what is asked over the counter."""

    def __init__(
        self,
        sessions: Sessions,
        desk: Desk,
        cabinet: Cabinet,
        readers: Mapping[str, Reader],
    ) -> None:
        self._sessions = sessions
        self._desk = desk
        self._cabinet = cabinet
        self._readers = readers
        self._ways: Mapping[str, Callable[[str, Asked], object]] = {
            "do": self._do,
            "book": self._book,
            "look": self._look,
            "trail": self._trail,
            "sums": self._sums,
            "marks": self._marks,
        }

    def answer(self, asked: object) -> dict[str, Any]:
        """Answer yes or no; what else goes wrong is raised."""
        try:
            return {"yes": self._answer(asked)}
        except Refused as refused:
            return {"no": {"why": refused.why, "say": refused.say}}

    def _answer(self, asked: object) -> object:
        if not isinstance(asked, dict):
            raise Refused("invalid body", BODY)
        op = str(asked.get("op"))
        if op == "sign in":
            return self._sessions.begin(asked)
        if op == "readers":
            return [_described(name, reader) for name, reader in self._readers.items()]
        if op not in self._ways:
            raise Refused("invalid body", "nobody knows what that is")
        return self._ways[op](self._sessions.tenant(asked), asked)

    def _do(self, tenant: str, asked: Asked) -> object:
        data = asked.get("with")
        if not isinstance(data, dict):
            raise Refused("invalid body", BODY)
        if data.get("tenant_id", tenant) != tenant:
            raise Refused("wrong tenant", "the order names somebody else")
        slip = Slip(
            tenant=tenant,
            verb=str(asked.get("verb")),
            thing=str(asked.get("thing")),
            data=data,
            once=str(asked.get("once", "")),
            who=str(asked.get("who", "")),
            thread=str(asked.get("thread", "")),
            as_of=asked.get("as_of"),
        )
        return self._desk.take(slip)

    def _book(self, tenant: str, asked: Asked) -> object:
        commits = []
        for commit in self._cabinet.commits(tenant, asked.get("after", 0)):
            commits.append({"number": commit.number, "events": commit.events})
            if len(commits) == PAGE:
                break
        return commits

    def _look(self, tenant: str, asked: Asked) -> object:
        return self._reader(Mirror).show(tenant, asked["kind"], asked["thing"])

    def _trail(self, tenant: str, _: Asked) -> object:
        return self._reader(Scribe).trail(tenant)

    def _sums(self, tenant: str, _: Asked) -> object:
        return self._reader(Mirror).sums(tenant)

    def _marks(self, tenant: str, asked: Asked) -> object:
        return self._readers[asked["reader"]].marks(tenant)

    def _reader(self, kind: type[Any]) -> Any:
        return next(each for each in self._readers.values() if isinstance(each, kind))


def _described(name: str, reader: Reader) -> dict[str, Any]:
    only = [*ONLY.get(name, ())]
    return {"name": name, "kinds": [*reader.kinds], "only": only, "tray": f"{name.title()}Tray"}


def serve(counter: Counter, listener: socket.socket) -> ThreadingHTTPServer:
    """Return a server that answers at a socket once it is told to."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, told = _told(counter, asked)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            log.debug(format, *args)

    server = ThreadingHTTPServer(listener.getsockname()[:2], Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    return server


def _told(counter: Counter, asked: bytes) -> tuple[int, dict[str, Any]]:
    try:
        return 200, counter.answer(_read(asked))
    except Exception as error:  # whoever asks has to be told that it is our fault
        log.exception("a question was not answered")
        return 500, {"sorry": type(error).__name__}


def _read(asked: bytes) -> object:
    try:
        return json.loads(asked)
    except ValueError:
        return None
