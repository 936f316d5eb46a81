"""Processes are taken down and led elsewhere, and after the repair all run as before."""

import pytest

from support.faults.plane import ControlPlane, FaultError
from support.faults.processes import Processes
from tests.support.fake_operator import FakeOperator

PROXY = "http://127.0.0.1:9"


@pytest.fixture
def processes(operator: FakeOperator, empty_plane: ControlPlane) -> Processes:
    """Return the processes of a CRM."""
    return Processes(operator, empty_plane)


def test_what_was_stopped_or_killed_runs_after_the_repair(
    processes: Processes, operator: FakeOperator, empty_plane: ControlPlane
) -> None:
    """Each once, however it went down."""
    processes.stop("publisher")
    processes.kill("publisher")
    processes.kill("audit-trail")
    assert empty_plane.broken == [
        "the publisher is stopped",
        "the publisher is killed",
        "the subscriber audit-trail is killed",
    ]
    empty_plane.repair()
    assert [each for each in operator.told if each.startswith("start")] == [
        "start audit-trail",
        "start publisher",
    ]
    assert all(map(operator.runs, operator.roles))


def test_what_died_by_itself_is_started_by_the_repair_too(
    processes: Processes, operator: FakeOperator, empty_plane: ControlPlane
) -> None:
    """A fault may bring down others than it was meant for."""
    processes.stop("publisher")
    operator.stop("api")
    empty_plane.repair()
    assert all(map(operator.runs, operator.roles))


def test_one_process_is_started_while_another_stays_down(
    processes: Processes, operator: FakeOperator, empty_plane: ControlPlane
) -> None:
    """What is down on purpose did not die by itself."""
    processes.stop("publisher")
    processes.stop("audit-trail")
    processes.start("publisher")
    assert (operator.runs("publisher"), operator.runs("audit-trail")) == (True, False)
    assert empty_plane.broken == ["the subscriber audit-trail is stopped"]


def test_what_was_neither_stopped_nor_killed_cannot_be_started(processes: Processes) -> None:
    """A sentence that does nothing would be believed to have done something."""
    with pytest.raises(FaultError) as trouble:
        processes.start("publisher")
    assert str(trouble.value) == (
        "the publisher was neither stopped nor killed, so it cannot be started: "
        "say first that it is"
    )


def test_a_process_is_led_elsewhere_and_back(
    processes: Processes, operator: FakeOperator, empty_plane: ControlPlane
) -> None:
    """It has to be started anew for each."""
    processes.lead_to("publisher", PROXY)
    empty_plane.repair()
    assert operator.told == [
        "stop publisher",
        f"start publisher at {PROXY}",
        "stop publisher",
        "start publisher",
    ]


def test_a_process_that_is_down_is_led_elsewhere_when_it_starts(
    processes: Processes, operator: FakeOperator
) -> None:
    """What it left undone it does there."""
    processes.stop("publisher")
    processes.lead_to("publisher", PROXY)
    assert not operator.runs("publisher")
    processes.start("publisher")
    assert operator.told[-1] == f"start publisher at {PROXY}"


def test_a_fault_has_struck_when_the_process_is_gone(
    processes: Processes, operator: FakeOperator, empty_plane: ControlPlane
) -> None:
    """Whoever looks before that has seen nothing."""
    processes.stop("publisher")
    before = empty_plane.pending
    operator.start("publisher")
    assert (before, empty_plane.pending) == ([], ["the publisher is stopped"])


def test_a_process_that_there_is_not_is_told(
    processes: Processes, empty_plane: ControlPlane
) -> None:
    """With those that there are."""
    with pytest.raises(FaultError) as trouble:
        processes.kill("cleaner")
    assert str(trouble.value) == (
        "the CRM has no process cleaner; its processes are api, publisher, audit-trail"
    )
    assert empty_plane.broken == []
