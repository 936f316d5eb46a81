"""What goes wrong in a driver of the user's own is told as that, and where."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from support.contract.entities import EntityType
from support.crm.checked import CheckedCrm
from support.crm.port import (
    Applied,
    Command,
    CommandRefused,
    CrmPort,
    CurrencyFigures,
    PipelineTotal,
    Pretence,
)
from support.errors import CrmTrouble
from tests.support.samples import an_event

SEE = "see support/crm/port.py"
EVENT = an_event()
MANY = CurrencyFigures(count=1, amount="many")
TOTAL = PipelineTotal(currency="EUR", open=MANY, won=MANY, lost=MANY)
COMMAND = Command("t", "CreateLead", "l", {}, "k", "c", "kim")
EXPIRED = CommandRefused(401, "invalid_credential", "Too old.")


def _crm(**methods: object) -> CheckedCrm:
    return CheckedCrm(cast(CrmPort, SimpleNamespace(**methods)), "my.driver:Mine", {})


def _raising(error: Exception) -> Callable[..., object]:
    def method(*_: object) -> object:
        raise error

    return method


def _returning(found: object) -> Callable[..., object]:
    return lambda *_: found


ASK: Mapping[str, Callable[[CheckedCrm], object]] = {
    "open_tenant": lambda crm: crm.open_tenant("t"),
    "close_tenant": lambda crm: crm.close_tenant("t"),
    "close": lambda crm: crm.close(),
    "send": lambda crm: crm.send(COMMAND),
    "history": lambda crm: crm.history("t"),
    "view": lambda crm: crm.view("t", EntityType.LEAD, "x"),
    "audit_trail": lambda crm: crm.audit_trail("t"),
    "pipeline": lambda crm: crm.pipeline("t"),
    "subscribers": lambda crm: crm.subscribers(),
    "applied": lambda crm: crm.applied("t", "s"),
    "subscribe": lambda crm: crm.subscribe("t"),
    "unsubscribe": lambda crm: crm.unsubscribe("t"),
    "replay": lambda crm: crm.replay("t"),
}


@pytest.mark.parametrize("method", ASK)
def test_what_a_driver_raises_is_told_with_its_place(method: str) -> None:
    """By the method that the suite asked for."""
    with pytest.raises(CrmTrouble) as trouble:
        ASK[method](_crm(**{method: _raising(KeyError("id"))}))
    told = f"{method} of the driver my.driver:Mine failed: KeyError: 'id' ({__file__}:"
    assert str(trouble.value).startswith(told)


def test_an_answer_that_a_driver_cannot_even_make_is_told_in_one_line() -> None:
    """As what the database gives for a number: a text, or boto3's Decimal."""

    def applied(*_: str) -> object:
        kept = {"event_id": "e", "entity_type": "lead", "entity_id": "l", "times": 1}
        return [Applied(**kept, version=Decimal(3))]

    with pytest.raises(CrmTrouble) as trouble:
        _crm(applied=applied).applied("t", "s")
    assert str(trouble.value).startswith(
        "applied of the driver my.driver:Mine failed: what it made is no Applied: "
        "version: Input should be a valid integer, not Decimal('3') ("
    )


def test_what_a_generator_raises_while_it_is_read_is_told_as_well() -> None:
    """It has returned by then."""

    def pages(_: str) -> Iterator[object]:
        yield EVENT
        raise KeyError("next")

    with pytest.raises(CrmTrouble, match=r"^history of the driver .* failed: KeyError"):
        _crm(history=pages).history("t")


@pytest.mark.parametrize("error", [CommandRefused(422, "invalid_name", "No."), CrmTrouble("dead")])
def test_an_answer_of_the_crm_is_handed_on(error: Exception) -> None:
    """It is nobody's slip."""
    with pytest.raises(type(error)) as answer:
        _crm(send=_raising(error)).send(COMMAND)
    assert answer.value is error


@pytest.mark.parametrize(
    ("method", "found", "what"),
    [
        ("send", None, "nothing where Answer was due"),
        ("history", None, "nothing and not a list"),
        ("history", ["x"], "a value of type str where an event was due"),
        (
            "history",
            [EVENT, {**EVENT, "id": 1}],
            "an event that lacks these keys, or should: id",
        ),
        (
            "history",
            [EVENT, an_event(version="1", entity_id="a-1")],
            "an event whose version is '1', and has to be a whole number "
            "('AccountCreated' of 'a-1')",
        ),
        ("view", {}, "a value of type dict where View was due"),
        ("audit_trail", [EVENT], "a value of type dict where AuditEntry was due"),
        ("pipeline", [None], "nothing where PipelineTotal was due"),
        (
            "pipeline",
            [TOTAL],
            "a total in EUR whose open amount is 'many', and has to be a decimal like \"1200.00\"",
        ),
        ("subscribers", 3, "a value of type int and not a list"),
        ("applied", [()], "a value of type tuple where Applied was due"),
        ("subscribe", None, "nothing where OwnSubscription was due"),
    ],
)
def test_what_a_driver_must_not_return_is_told(method: str, found: object, what: str) -> None:
    """Before anything is judged by it."""
    with pytest.raises(CrmTrouble) as trouble:
        ASK[method](_crm(**{method: _returning(found)}))
    told = f"{method} of the driver my.driver:Mine returned {what}"
    assert str(trouble.value) == f"{told}: {SEE}"


def test_what_is_right_is_handed_on() -> None:
    """A history of events, and a view that there is not."""
    crm = _crm(history=_returning(iter([EVENT])), view=_returning(None))
    assert (crm.history("t"), crm.view("t", EntityType.LEAD, "x")) == ([EVENT], None)


@pytest.mark.parametrize("method", ["send", "history", "view", "audit_trail", "applied"])
def test_a_credential_that_expired_is_told(method: str) -> None:
    """A driver can do something about it."""
    with pytest.raises(CrmTrouble) as trouble:
        ASK[method](_crm(**{method: _raising(EXPIRED)}))
    assert str(trouble.value) == (
        f"{method} of the driver my.driver:Mine was {EXPIRED}: if the credential of tenant t has "
        "expired, let the driver get a new one and ask again"
    )


def test_who_shows_a_false_credential_wants_to_be_refused() -> None:
    """That is the answer then."""
    false = SimpleNamespace(history=_raising(EXPIRED))
    crm = _crm(with_credential_of=_returning(false))
    with pytest.raises(CommandRefused) as answer:
        crm.with_credential_of(Pretence.NOTHING).history("acme")
    assert answer.value is EXPIRED


def test_what_a_driver_can_do_besides_is_within_reach() -> None:
    """The port may grow."""
    assert _crm(kill=_returning("killed")).kill("publisher") == "killed"


def test_a_driver_need_not_close_tenants() -> None:
    """That is no mistake, and told."""
    assert not _crm().closes_tenants
    assert _crm(close_tenant=print).closes_tenants


def test_a_driver_without_connections_need_not_close_any() -> None:
    """There is nothing to do."""
    _crm().close()
