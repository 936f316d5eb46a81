"""Which roles are started again, and when."""

import signal
from typing import Any

import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.child import Pipe
from support.reference_crm.keeper import Keeper, StartError
from support.reference_crm.roles import Role, Surroundings
from support.reference_crm.settings import AwsSettings

PROXY = "http://127.0.0.1:9999"


class FakeChild:
    """Stand for a process."""

    def __init__(self, role: Role, around: Surroundings, now: float, number: int) -> None:
        self.role = role
        self.around = around
        self.started_at = now
        self.pid = self.sentinel = number
        self.is_alive = self.is_ready = True
        self.gave_up = False
        self.signals: list[int] = []

    def wait_until_ready(self) -> bool:
        """Say whether it came to be ready."""
        return self.is_ready

    def send(self, number: int) -> None:
        """Note a signal."""
        self.signals.append(number)

    def reap(self, seconds: float) -> None:  # noqa: ARG002
        """Be over."""
        self.is_alive = False


class House:
    """Hold a keeper, its clock and all processes that it forked."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.comes_to_be_ready = True
        self.forked: list[FakeChild] = []
        aws = Aws(AwsSettings("http://127.0.0.1:9", "us-east-1"))
        around: Any = Surroundings(aws, None, None, None)  # type: ignore[arg-type]
        fork: Any = self._fork
        self.keeper = Keeper(around, Pipe(0, 0), fork, lambda: self.time)

    def _fork(self, role: Role, around: Surroundings, _lifeline: Pipe) -> FakeChild:
        child = FakeChild(role, around, self.time, len(self.forked) + 100)
        child.is_ready = self.comes_to_be_ready
        self.forked.append(child)
        return child

    def dies(self, *, gave_up: bool = False) -> None:
        """Let the newest process end by itself."""
        child = self.forked[-1]
        child.gave_up, child.is_alive = gave_up, False
        self.keeper.look_after([child.sentinel])

    def after(self, seconds: float) -> int:
        """Let time pass; return how many processes there have been."""
        self.time += seconds
        self.keeper.look_after([])
        return len(self.forked)


@pytest.fixture
def house() -> House:
    """Return a house in which the publisher was started, by way of a proxy."""
    made = House()
    made.keeper.start([Role.PUBLISHER], made.keeper.by_way_of(PROXY))
    return made


def test_who_dies_is_started_again_after_a_pause_that_grows(house: House) -> None:
    """To its longest; with the endpoint that it had."""
    pauses = []
    for number in range(1, 10):
        house.dies()
        assert house.keeper.find(Role.PUBLISHER) is None
        pause = house.keeper.rest_seconds or 0.0
        assert house.after(pause - 0.01) == number
        assert house.after(0.02) == number + 1
        pauses.append(pause)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert house.forked[-1].around.aws.settings.detour_url == PROXY
    assert house.keeper.rest_seconds is None


def test_after_a_healthy_life_the_pause_is_short_again(house: House) -> None:
    """A death a day is no reason to stay down for half a minute."""
    for _ in range(5):
        house.dies()
        house.after(30)
    house.after(60)
    house.dies()
    assert house.keeper.rest_seconds == 0.5


def test_who_cannot_go_on_stays_down(house: House) -> None:
    """It would only say so again."""
    house.dies(gave_up=True)
    assert (house.keeper.rest_seconds, house.after(1000)) == (None, 1)
    assert house.keeper.kept_with(Role.PUBLISHER) is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_who_was_ended_by_an_order_stays_down(house: House, number: signal.Signals) -> None:
    """Until it is started."""
    house.keeper.end(Role.PUBLISHER, number)
    assert house.forked[0].signals == [number]
    assert house.after(1000) == 1
    house.keeper.start([Role.PUBLISHER])
    assert house.keeper.find(Role.PUBLISHER) is not None


def test_an_order_to_stop_holds_for_who_is_dead_already(house: House) -> None:
    """It is not started again behind the order's back."""
    house.dies()
    house.keeper.end(Role.PUBLISHER, signal.SIGKILL)
    assert house.after(1000) == 1


def test_an_order_to_start_does_not_wait_for_the_pause(house: House) -> None:
    """And there is one process then, not two."""
    house.dies()
    house.keeper.start([Role.PUBLISHER])
    assert house.after(1000) == 2


def test_a_role_that_does_not_come_to_be_ready_is_ended(house: House) -> None:
    """And said."""
    house.keeper.end(Role.PUBLISHER, signal.SIGKILL)
    house.comes_to_be_ready = False
    with pytest.raises(StartError, match="The role publisher did not start"):
        house.keeper.start([Role.PUBLISHER])
    assert house.forked[-1].signals == [signal.SIGKILL]
    assert house.keeper.find(Role.PUBLISHER) is None
