"""MiniStack, counting: `uvicorn benchmarks.counting_emulator:app` writes a line a request.

The log is named by REQUESTS_LOG. A line has the time (seconds since the epoch), who asked (the user
agent's first word) and what for; the last line has the CPU seconds of the process. All that reaches
MiniStack is counted, whoever sends it.
"""

import atexit
import os
import resource
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import IO, Any

import ministack.app  # type: ignore[import-untyped]  # it has no type hints

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def counting(app: App, lines: IO[str]) -> App:
    """Wrap an application so that it writes a line for each HTTP request that begins."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            who, *_ = headers.get(b"user-agent", b"nobody").decode().split()
            operation = headers.get(b"x-amz-target", b".other").decode().rpartition(".")[2]
            lines.write(f"{time.time():.4f} {who} {operation}\n")
        await app(scope, receive, send)

    return counted


def _log() -> IO[str]:
    lines = Path(os.environ["REQUESTS_LOG"]).open("w", encoding="utf-8")  # noqa: SIM115 - see _end
    atexit.register(_end, lines)
    return lines


def _end(lines: IO[str]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    lines.write(f"{used.ru_utime + used.ru_stime:.2f} cpu cpu\n")
    lines.close()


app = counting(ministack.app.app, _log())
