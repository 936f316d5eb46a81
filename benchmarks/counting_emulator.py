"""MiniStack, counting: `python -m benchmarks.counting_emulator LOG` writes a line a request.

A line has the time (seconds since the epoch), who asked (the application id in the user agent) and
what for; the last line has the CPU seconds of the process. All that reaches MiniStack is counted,
whoever sends it.
"""

import re
import resource
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import IO, Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CPU = "cpu"
APPLICATION = re.compile(rb"app/(\w+)")


def main(log: Path) -> None:
    """Run MiniStack as its own main does, with every request on the log."""
    import ministack.app  # type: ignore[import-untyped]  # it sets up logging: not for importers

    with log.open("w") as lines:
        ministack.app.app = counting(ministack.app.app, lines)
        try:
            ministack.app.main()
        finally:
            used = resource.getrusage(resource.RUSAGE_SELF)
            lines.write(f"{used.ru_utime + used.ru_stime:.2f} {CPU} {CPU}\n")


def counting(app: App, lines: IO[str]) -> App:
    """Wrap an application so that it writes a line for each HTTP request that begins."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            found = APPLICATION.search(headers.get(b"user-agent", b""))
            who = found[1].decode() if found else "other"
            operation = headers.get(b"x-amz-target", b".other").decode().rpartition(".")[2]
            lines.write(f"{time.time():.4f} {who} {operation}\n")
        await app(scope, receive, send)

    return counted


if __name__ == "__main__":
    # MiniStack reads the command line too.
    main(Path(sys.argv.pop()))
