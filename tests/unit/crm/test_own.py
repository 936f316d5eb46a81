"""A driver of the user's own is one, or a sentence says what it lacks."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from support.crm.needs import NEEDS
from support.crm.own import METHODS, OPTIONAL, not_offered, own_driver
from support.crm.port import CrmPort
from support.errors import ConfigurationError
from support.reporting.written import read_features

HERE = __name__


class Whole:
    """Have everything by name."""

    cannot: ClassVar[object] = {"needs-held-deliveries": "the routes are not ours"}

    def __getattr__(self, name: str) -> object:
        if name in (*METHODS, *OPTIONAL):
            return lambda *_: None
        raise AttributeError(name)


class Half:
    """Know how to send, and no more."""

    cannot: Mapping[str, str]

    def send(self) -> None:
        """Send."""


class Basic:
    """Have what every driver needs, and nothing more."""

    cannot: ClassVar[object] = {"needs-credentials": "there are none"}

    def __getattr__(self, name: str) -> object:
        if name in METHODS:
            return lambda *_: None
        raise AttributeError(name)


class Demanding(Whole):
    """Want to be told something."""

    def __init__(self, url: str) -> None:
        self.url = url


class Lost(Whole):
    """Miss something of its own."""

    def __init__(self) -> None:
        raise KeyError("MY_CRM_URL")


class Unclear(Whole):
    """Say that it cannot, and not what."""

    cannot = "needs-held-deliveries"


class Unable(Whole):
    """Say that it cannot do what nobody asks for."""

    cannot: ClassVar[object] = {"needs-hold-deliveries": "a slip"}


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this module be found by a name."""
    monkeypatch.setitem(sys.modules, "httpdriver", sys.modules[HERE])


def test_a_driver_is_made_from_its_class() -> None:
    """Whatever the name of its module begins with."""
    assert isinstance(own_driver("httpdriver:Whole").driver, Whole)


def test_it_is_asked_for_all_that_the_port_promises() -> None:
    """The protocol is the one list."""
    promised = {name for name in dir(CrmPort) if not name.startswith("_")}
    assert promised == {*METHODS, *OPTIONAL}
    assert len(METHODS) > 5


def test_what_a_driver_leaves_out_is_skipped_with_a_reason() -> None:
    """Unless it gives a better one itself."""
    assert dict(own_driver("httpdriver:Basic").cannot) == {
        "needs-parked": "the driver has no parked",
        "needs-set-aside": "the driver has no set_aside",
        "needs-own-subscriptions": "the driver has no subscribe or unsubscribe",
        "needs-credentials": "there are none",
    }


def test_what_nobody_offers_for_one_need_is_named_together() -> None:
    """Whoever builds one of them would else be told of the next."""
    told = not_offered(SimpleNamespace(kill=print, replay=print))
    assert told == {
        need: f"the driver of the CRM has no {names} (see CrmOperator)"
        for need, names in {
            "needs-rebuild": "rebuild",
            "needs-set-aside": "redrive",
            "needs-process-control": "roles, runs, start or stop",
        }.items()
    }


def test_who_has_everything_lacks_what_it_says() -> None:
    """And nothing else."""
    assert dict(own_driver("httpdriver:Whole").cannot) == Whole.cannot


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (
            "nowhere.at_all:Driver",
            "names no class that can be imported: No module named 'nowhere'; "
            "use package.module:Class",
        ),
        (
            "httpdriver:Driver",
            f"names no class that can be imported: module '{HERE}' has no attribute 'Driver'; "
            "use package.module:Class",
        ),
        (
            "httpdriver:Demanding",
            "is no class that can be made without arguments: "
            "Demanding.__init__() missing 1 required positional argument: 'url'",
        ),
        (
            "httpdriver:HERE",
            "is no class that can be made without arguments: 'str' object is not callable",
        ),
        (
            "httpdriver:Half",
            "is no CrmPort (see support/crm/port.py): it lacks open_tenant, history, view, "
            "audit_trail, pipeline, subscribers, applied",
        ),
        (
            "httpdriver:Lost",
            "could not be made: KeyError: 'MY_CRM_URL'; see that it finds what it needs, such as "
            "its own variables of the environment",
        ),
        (
            "httpdriver:Unclear",
            "is no CrmPort: its `cannot` is no mapping from a need to a reason",
        ),
        (
            "httpdriver:Unable",
            "cannot do 'needs-hold-deliveries', which no scenario needs; "
            "the needs are needs-aws-answers, needs-broken-routes, needs-checkpoint, "
            "needs-credentials, needs-deliveries, needs-disabled-rules, "
            "needs-held-deliveries, needs-own-subscriptions, needs-parked, "
            "needs-pattern-taps, needs-process-control, needs-publishing, "
            "needs-queue-policies, needs-rebuild, needs-replay, needs-set-aside",
        ),
    ],
)
def test_what_is_no_driver_is_told(path: str, sentence: str) -> None:
    """In one sentence, before anything is tested with it."""
    with pytest.raises(ConfigurationError) as mistake:
        own_driver(path)
    assert str(mistake.value) == f"-D crm={path} {sentence}"


def test_a_module_that_fails_while_it_is_imported_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was right, so nobody is told to look at it; on one line."""
    (tmp_path / "brokendriver.py").write_text("raise RuntimeError('no licence\\nhere')\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError) as mistake:
        own_driver("brokendriver:Driver")
    assert str(mistake.value) == (
        "-D crm=brokendriver:Driver could not be imported: RuntimeError: no licence here; see that "
        "`python -c 'import brokendriver'` works"
    )


def test_the_needs_are_those_of_the_features() -> None:
    """A tag that no driver may name, or a name that no scenario asks for, is a slip."""
    tags = {
        tag
        for feature in read_features()
        for tag in feature.tags.union(*(scenario.tags for scenario in feature.scenarios))
        if tag.startswith("needs-")
    }
    assert tags == set(NEEDS)
