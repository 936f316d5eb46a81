"""A process that outlives what stopped it is found at the end of the run, told and killed."""

import os
import sys
from pathlib import Path

import pytest

from support.targets import leftovers
from support.targets.leftovers import leaving_nothing
from support.targets.processes import Child
from support.targets.sweep import LeftBehind

# It leaves a grandchild behind, in its group, that serves at a port.
LEAVES = """
import os, socket, sys, time
server = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    sys.stdin.close()
    time.sleep(600)
print(server.getsockname()[1], flush=True)
sys.stdin.read()
"""


def _child(tmp_path: Path, code: str) -> Child:
    return Child("the helper", [sys.executable, "-c", code], {}, tmp_path / "log")


def test_a_process_that_is_left_is_told_with_its_port_and_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is red for it, and the next one has the port."""
    monkeypatch.setattr(leftovers, "LAST_BREATH_S", 0.05)
    child = _child(tmp_path, LEAVES)
    url = f"http://127.0.0.1:{int(child.read_line(8))}"
    child.stop()
    told: list[str] = []

    def leave() -> None:
        with leaving_nothing("ab12", told.append) as footprint:
            footprint.started(child, url)

    with pytest.raises(LeftBehind) as trouble:
        leave()
    assert str(trouble.value) == (
        f"run ab12 left behind: processes of the helper, in group {child.pid}, serving at {url} "
        "(killed now)"
    )
    monkeypatch.setattr(leftovers, "LAST_BREATH_S", 8)
    leave()
    assert told == ["Run ab12 left nothing behind. Looked for: processes, ports."]
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)


def test_a_process_that_has_ended_is_not_told(tmp_path: Path) -> None:
    """Nor is who took its port since."""
    child = _child(tmp_path, "print(1)")
    child.stop()
    told: list[str] = []
    with leaving_nothing("ab12", told.append) as footprint:
        footprint.started(child, "http://127.0.0.1:4566")
    assert told == ["Run ab12 left nothing behind. Looked for: processes, ports."]
