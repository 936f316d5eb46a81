"""What a driver cannot read is found out before any scenario begins."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.crm.port import CommandRefused, CrmPort
from support.crm.trying import try_readings
from support.errors import CrmTrouble
from tests.support.fake_subscribers import PIPELINE, SUBSCRIBERS, TRAIL, VIEWS

EACH = ("history", "view", "audit_trail", "pipeline", "applied", "parked", "set_aside")


class Reading:
    """Note what is read, of whom."""

    def __init__(self, **cannot: str) -> None:
        self.cannot = {f"needs-{need.replace('_', '-')}": why for need, why in cannot.items()}
        self.read: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *about: self.read.append((name, *about))


def _try(crm: object) -> None:
    try_readings(cast(CrmPort, crm), "canary", "lead-1", SUBSCRIBERS)


def test_all_that_a_driver_offers_is_read_once() -> None:
    """Of each subscriber, too."""
    crm = Reading()
    _try(crm)
    of_each = [(what, "canary", n) for n in (VIEWS, TRAIL, PIPELINE) for what in EACH[4:6]]
    assert crm.read == [
        ("history", "canary"),
        ("view", "canary", "lead", "lead-1"),
        ("audit_trail", "canary"),
        ("pipeline", "canary"),
        *of_each,
        ("set_aside", "canary"),
    ]


def test_what_a_crm_cannot_do_is_not_read() -> None:
    """It has said so."""
    crm = Reading(parked="no", set_aside="no")
    _try(crm)
    assert {what for what, *_ in crm.read} == {*EACH[:5]}


@pytest.mark.parametrize("what", EACH)
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CrmTrouble("it failed"), "it failed"),
        (CommandRefused(403, "wrong_tenant", "No."), "the CRM does not show tenant canary its own"),
    ],
)
def test_what_cannot_be_read_is_told(what: str, error: Exception, told: str) -> None:
    """A refusal is no answer to who asks about itself."""

    def fail(*_: str) -> None:
        raise error

    readings: dict[str, object] = {**dict.fromkeys(EACH, lambda *_: None), what: fail}
    with pytest.raises(CrmTrouble, match=told):
        _try(SimpleNamespace(cannot={}, **readings))
