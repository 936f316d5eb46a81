"""The reference CRM's control line: an answer for each order, and no other's."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from support.crm.port import CrmOperator
from support.errors import ConfigurationError, CrmTrouble
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.control_line import LAST_LOOK_S, ControlLine
from support.targets.processes import Child
from support.targets.reference import ReferenceCrm, start_reference_crm

LONG_S = 10.0
LATE = ConfigurationError("the reference CRM said nothing for 15 s; see crm.log")


class Line:
    """Be the supervisor: answer each order with what was prepared, or do not answer in time."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.orders: list[dict[str, str]] = []
        self._answers = [*answers]
        self.timeouts: list[float] = []
        self.takes = 0.0
        self.now = 0.0

    def write_line(self, text: str) -> None:
        """Take an order."""
        self.orders.append(json.loads(text))

    def read_line(self, timeout: float) -> str:
        """Answer the oldest."""
        assert timeout > 0
        self.timeouts.append(timeout)
        self.now += self.takes
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer)


def _crm(line: Line, *roles: str) -> ReferenceCrm:
    child = cast(Child, line)
    return ReferenceCrm(child, ControlLine(child), "http://crm", roles)


def test_the_reference_crm_is_operated_by_its_control_line() -> None:
    """An order each, and the number that was done."""
    line = Line(
        *({"role": None, "done": 3}, {"role": "entity-views", "done": 2}, {"done": 1}),
        *({"state": "stopped"}, {"state": "stopped"}, {"state": "running"}, {"state": "running"}),
    )
    crm: CrmOperator = _crm(line, "api", "publisher")
    done = [crm.replay("acme"), crm.rebuild("entity-views", "acme"), crm.redrive("api", "acme")]
    crm.kill("publisher")
    crm.stop("api")
    crm.start("api")
    assert crm.runs("api")
    assert done == [3, 2, 1]
    assert line.orders == [
        {"do": "replay", "tenant": "acme"},
        {"do": "rebuild", "role": "entity-views", "tenant": "acme"},
        {"do": "redrive", "role": "api", "tenant": "acme"},
        {"do": "kill", "role": "publisher"},
        {"do": "stop", "role": "api"},
        {"do": "start", "role": "api"},
        {"do": "status", "role": "api"},
    ]


def test_an_order_that_is_not_carried_out_is_trouble() -> None:
    """With the CRM's own sentence."""
    crm = _crm(Line({"error": "Somebody else rebuilds."}))
    with pytest.raises(CrmTrouble) as trouble:
        crm.rebuild("entity-views", "acme")
    assert str(trouble.value) == (
        "the reference CRM did not rebuild entity-views acme: Somebody else rebuilds."
    )


def test_no_answer_is_trouble_too() -> None:
    """It is the CRM that does not answer; the set-up is as it was."""
    with pytest.raises(CrmTrouble) as trouble:
        _crm(Line(LATE)).kill("api")
    assert str(trouble.value) == f"the reference CRM did not kill api: {LATE}"


def test_an_order_to_a_program_that_has_ended_is_trouble() -> None:
    """Its line is closed."""

    class Closed(Line):
        def write_line(self, text: str) -> None:
            raise BrokenPipeError(32, text)

    with pytest.raises(CrmTrouble, match="the reference CRM did not stop api: "):
        _crm(Closed()).stop("api")


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_ones() -> None:
    """The answer to an order is the one that comes after all earlier ones."""
    crm = _crm(Line(LATE, {"role": None, "done": 7}, {"role": "api", "state": "running"}))
    with pytest.raises(CrmTrouble):
        crm.replay("acme")
    assert crm.runs("api")


def test_all_answers_that_are_owed_have_one_time_together() -> None:
    """Each late one would make the next order wait longer otherwise."""
    line = Line(LATE, LATE, {"done": 7}, {"done": 8}, {"role": "api", "state": "running"})
    control = ControlLine(cast(Child, line), lambda: line.now)
    for _ in range(2):
        with pytest.raises(CrmTrouble):
            control.give({"do": "replay"})
    line.timeouts.clear()
    line.takes = 8.0
    assert control.give({"do": "status"}, 15.0)["state"] == "running"
    assert line.timeouts == [15.0, 7.0, LAST_LOOK_S]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a program into the reference CRM's place that does not know what to say."""
    (tmp_path / "somebody_elses.py").write_text(
        "import sys\nprint('Hello.', flush=True)\ninput()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "somebody_elses"


def test_a_program_that_does_not_say_where_it_serves_is_told(program: str, tmp_path: Path) -> None:
    """With what it has to say; it is ended."""
    settings = Settings(crm_program=program)
    with pytest.raises(ConfigurationError) as mistake:
        start_reference_crm(settings, Aws("http://127.0.0.1:1", "us-east-1"), tmp_path / "log")
    assert str(mistake.value) == (
        "-D crm_program=somebody_elses said 'Hello.' first: let it say one line of JSON like "
        '{"url": "http://127.0.0.1:8080", "roles": {"api": 4711}} once it serves'
    )


def test_a_program_that_ends_in_the_middle_of_the_run_is_told_so(tmp_path: Path) -> None:
    """It did start."""
    code = (
        "import sys; print('ready', flush=True); input(); print('ERROR: enough', file=sys.stderr)"
    )
    child = Child("the reference CRM", [sys.executable, "-c", code], {}, tmp_path / "crm.log")
    child.read_line(LONG_S)
    with pytest.raises(CrmTrouble) as trouble:
        ControlLine(child).give({"do": "stop", "role": "api"})
    child.stop()
    assert str(trouble.value) == (
        "the reference CRM did not stop api: the reference CRM ended in the middle of the run: "
        "enough"
    )
