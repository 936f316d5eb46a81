"""What a refused transaction says: who was first, what passes, and what never will."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.reference_crm.items import key
from support.reference_crm.transaction import Guard, Raced, Transaction
from tests.unit.reference_crm.runtime_fakes import failure


def committed(*reasons: str) -> None:
    """Commit two writes that are refused with these reasons."""

    def refuse(**_asked: Any) -> None:
        raise failure("TransactionCanceledException", *reasons)

    table: Any = SimpleNamespace(
        transact_write_items=refuse,
        exceptions=SimpleNamespace(TransactionCanceledException=ClientError),
    )
    transaction = Transaction("table")
    transaction.check_absent(Guard.KEY, key("a", "a"))
    transaction.check_absent(Guard.LOG, key("b", "b"))
    transaction.commit(table)


def test_a_broken_condition_names_its_guard() -> None:
    """The others are not mentioned."""
    with pytest.raises(Raced) as raised:
        committed("None", "ConditionalCheckFailed")
    assert (dict(raised.value.broken), raised.value.conflicting) == ({Guard.LOG: {}}, frozenset())


@pytest.mark.parametrize(
    "reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]
)
def test_what_passes_may_be_tried_again(reason: str) -> None:
    """Nothing was written, so whoever writes decides again."""
    with pytest.raises(Raced) as raised:
        committed(reason, "None")
    assert raised.value.conflicting == {Guard.KEY}


@pytest.mark.parametrize("reasons", [(), ("None", "ValidationError")])
def test_any_other_refusal_stays_what_it_is(reasons: tuple[str, ...]) -> None:
    """Also one that gives no reasons at all."""
    with pytest.raises(ClientError):
        committed(*reasons)
