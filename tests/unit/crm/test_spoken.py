"""A CRM at a URL is asked for what not every CRM has; only what it does not know is lacking."""

from typing import Any, cast

import httpx
import pytest

from support.crm.http import HttpCrm, NotSpoken
from support.crm.port import CommandRefused, CrmPort
from support.crm.spoken import unspoken
from support.errors import CrmTrouble
from support.observing.waiting import Backoff
from tests.support.fake_subscribers import SUBSCRIBERS

LONG_S = 10.0
UNKNOWN = NotSpoken("with status 404")


class Speaking:
    """Answer each request in its own way."""

    def __init__(self, **answers: Exception) -> None:
        self._answers = answers
        self.asked: list[tuple[str, ...]] = []
        self.is_starting = False

    def _say(self, what: str, *about: str) -> list[Any]:
        self.asked.append((what, *about))
        if what in self._answers and not (self.is_starting and self._is_asked_again(what)):
            raise self._answers[what]
        return []

    def _is_asked_again(self, what: str) -> bool:
        return [each for each, *_ in self.asked].count(what) > 1

    def unsubscribe(self, tenant_id: str) -> None:
        """Take nothing away."""
        self._say("unsubscribe", tenant_id)

    def parked(self, tenant_id: str, subscriber: str) -> list[Any]:
        """Keep nothing."""
        return self._say("parked", tenant_id, subscriber)

    def set_aside(self, tenant_id: str) -> list[Any]:
        """Set nothing aside."""
        return self._say("set_aside", tenant_id)


def test_who_answers_lacks_nothing() -> None:
    """A refusal is an answer; trouble says nothing of what it knows."""
    crm = Speaking(
        unsubscribe=CommandRefused(404, "unknown_subscription", "There is none."),
        set_aside=CrmTrouble("status 500"),
    )
    assert unspoken(cast(CrmPort, crm), "acme", SUBSCRIBERS) == {}
    assert crm.asked == [
        ("unsubscribe", "acme"),
        ("parked", "acme", SUBSCRIBERS[0].name),
        ("set_aside", "acme"),
    ]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait long for a CRM that does not know a request."""
    monkeypatch.setattr("support.crm.spoken.PATIENCE_S", 0.2)
    monkeypatch.setattr("support.crm.spoken.AGAIN", Backoff(0.001, 0.001))


def test_what_it_knows_a_moment_later_is_not_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """One wrong answer while it starts would switch scenarios off for the whole run."""
    monkeypatch.setattr("support.crm.spoken.PATIENCE_S", LONG_S)
    crm = Speaking(parked=UNKNOWN)
    crm.is_starting = True
    assert unspoken(cast(CrmPort, crm), "acme", SUBSCRIBERS) == {}
    assert [what for what, *_ in crm.asked] == ["unsubscribe", "parked", "set_aside", "parked"]


def test_what_it_does_not_know_is_lacking() -> None:
    """With the path that is missing, once it has said so more than once."""
    crm = Speaking(unsubscribe=UNKNOWN, parked=UNKNOWN, set_aside=UNKNOWN)
    assert unspoken(cast(CrmPort, crm), "acme", SUBSCRIBERS) == {
        need: f"the CRM does not know {path} of the published contract"
        for need, path in {
            "needs-own-subscriptions": "/tenants/{tenant}/subscription",
            "needs-parked": "/tenants/{tenant}/subscribers/{name}/parked",
            "needs-set-aside": "/tenants/{tenant}/set-aside",
        }.items()
    }
    assert len(crm.asked) > 3


@pytest.mark.parametrize(
    ("status", "is_known"), [(404, False), (405, False), (501, False), (500, True), (302, True)]
)
def test_what_a_crm_does_not_know_is_told_by_the_status(status: int, *, is_known: bool) -> None:
    """And only where it says nothing that the contract knows."""
    answer = httpx.Response(status, json={"detail": "Not Found"})
    answer.request = httpx.Request("GET", "http://crm/tenants/acme/set-aside")
    crm = HttpCrm("http://crm", "token")
    crm._ask_as = lambda *_, **__: answer  # type: ignore[method-assign]
    with pytest.raises(CrmTrouble) as trouble:
        crm.set_aside("acme")
    assert isinstance(trouble.value, NotSpoken) is not is_known
    crm.close()
