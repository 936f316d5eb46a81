"""The embedded emulator: on loopback only, and gone when it is stopped."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.errors import ConfigurationError
from support.targets import embedded
from support.targets.aws import Aws
from support.targets.embedded import edition, start_emulator
from support.targets.preflight import require_endpoint
from support.targets.processes import free_port

LISTENING = "0A"
LOOPBACK = "0100007F"


def _processes(pid: int) -> Iterator[int]:
    """Give a process and all its descendants."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text("utf-8").split():
            yield from _processes(int(child))


def _sockets(pid: int) -> set[str]:
    links = Path(f"/proc/{pid}/fd").iterdir()
    targets = (str(link.readlink()) for link in links if link.is_symlink())
    return {target[8:-1] for target in targets if target.startswith("socket:[")}


def _listeners(pid: int) -> list[tuple[str, int]]:
    """Give the address and port of everything that a process and its descendants listen on."""
    sockets = {inode for each in _processes(pid) for inode in _sockets(each)}
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text("utf-8").splitlines()[1:]
    ]
    places = [line[1] for line in lines if line[3] == LISTENING and line[9] in sockets]
    return [(place.split(":")[0], int(place.split(":")[1], 16)) for place in places]


def test_it_listens_on_one_loopback_port_and_stops(tmp_path: Path) -> None:
    """No other listener, neither for a protocol that nobody asked for nor for the network."""
    child, url = start_emulator(tmp_path / "emulator.log")
    try:
        assert _listeners(child.pid) == [(LOOPBACK, urlsplit(url).port)]
        require_endpoint(Aws(url, "us-east-1"))
    finally:
        child.stop()
    assert child.ended
    assert edition(url) is None


def test_two_emulators_do_not_meet(tmp_path: Path) -> None:
    """Runs side by side have ports of their own."""
    started = [start_emulator(tmp_path / f"{number}.log") for number in (1, 2)]
    urls = {url for _, url in started}
    for child, _ in started:
        child.stop()
    assert len(urls) == 2


def _offer(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    left = iter(ports)
    monkeypatch.setattr(embedded, "free_port", lambda: next(left))


def test_the_emulator_of_another_run_on_its_port_is_not_taken_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers at once, long before ours finds its port taken; ours gets another port."""
    other, taken = start_emulator(tmp_path / "other.log")
    free = free_port()
    _offer(monkeypatch, urlsplit(taken).port or 0, free)
    child, url = start_emulator(tmp_path / "emulator.log")
    child.stop()
    other.stop()
    assert url == f"http://127.0.0.1:{free}"


def test_an_emulator_without_a_port_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ports are tried; the sentence is the emulator's own."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        _offer(monkeypatch, port, port)
        with pytest.raises(ConfigurationError) as trouble:
            start_emulator(tmp_path / "emulator.log")
    assert str(trouble.value) == (
        "the embedded emulator (MiniStack) did not start: "
        f"[Errno 98] error while attempting to bind on address ('127.0.0.1', {port}): "
        "address already in use"
    )


def test_an_emulator_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run ends with one sentence."""
    monkeypatch.setattr(
        embedded, "guarded", lambda _: ["/bin/sh", "-c", "echo it is broken >&2; exit 1"]
    )
    with pytest.raises(ConfigurationError) as trouble:
        start_emulator(tmp_path / "emulator.log")
    assert str(trouble.value) == ("the embedded emulator (MiniStack) did not start: it is broken")


def test_an_emulator_that_does_not_answer_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stopped, and the sentence says where to read on."""
    log = tmp_path / "emulator.log"
    monkeypatch.setattr(embedded, "START_PATIENCE_S", 0.2)
    monkeypatch.setattr(embedded, "guarded", lambda _: ["/bin/cat"])
    with pytest.raises(ConfigurationError) as trouble:
        start_emulator(log)
    assert str(trouble.value) == (
        f"the embedded emulator (MiniStack) did not answer within 0 s; see {log}"
    )
