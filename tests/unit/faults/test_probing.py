"""What a target can carry is asked once, side by side, and waited for only where it is needed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Barrier
from threading import Event as Flag
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from support.crm.port import Subscriber
from support.errors import Inconclusive
from support.faults.probing import NOTHING_COMES, PROBES, Probe, Probes
from support.faults.routes import Breakage, Routes
from support.faults.way import EMULATED_S, MOMENTS_S, GivenUp, Way
from support.observing.waiting import Backoff
from support.targets.aws import Aws

AWS = Aws("http://127.0.0.1:1", "us-east-1")
LONG_S = 10.0
SOON_S = 0.01

TAGS = {"crm-acceptance:run": "r1"}


class StillWay:
    """Lead nowhere, and be ready or not."""

    def __init__(self, over: Flag, *, ready: bool = True) -> None:
        self.over = over
        self.ready = ready
        self.until = Way.until.__get__(self)

    def is_ready(self) -> bool:
        """Say what was said."""
        return self.ready


class Bench:
    """Hold probes of our own over ways that lead nowhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.ready = True
        self.asked: list[str] = []
        self.refusal: Exception | None = None
        self.relic: Exception | None = None
        monkeypatch.setattr("support.faults.probing.own_way", self._way)

    @contextmanager
    def _way(self, _aws: Aws, name: str, over: Flag, tags: Mapping[str, str]) -> Iterator[StillWay]:
        assert tags == TAGS
        self.asked.append(name.rpartition("-")[0])
        if self.refusal:
            raise self.refusal
        yield StillWay(over, ready=self.ready)
        if self.relic:
            raise self.relic

    def probes(self, *, known: Mapping[str, str | None] | None = None, **probes: Probe) -> Probes:
        """Return what asks these."""
        named = {f"needs-{name}": probe for name, probe in probes.items()}
        self._patch.setattr("support.faults.probing.PROBES", named)
        return Probes(AWS, "crm-r1-probe", known, TAGS)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench."""
    return Bench(monkeypatch)


def test_each_need_is_asked_once(bench: Bench) -> None:
    """And what there is no probe for is not asked at all."""
    probes = bench.probes(wings=lambda _: "it does not fly", gold=lambda _: None)
    assert not probes.has_asked("needs-gold")
    assert probes.begin(["needs-wings", "needs-silver"], LONG_S) == []
    told = {need: probes.lacks(need) for need in ("needs-wings", "needs-gold", "needs-silver")}
    assert told == {"needs-wings": "it does not fly", "needs-gold": None, "needs-silver": None}
    assert probes.lacks("needs-wings") == "it does not fly"
    assert all(map(probes.has_asked, told))
    assert bench.asked == ["crm-r1-probe"] * 2
    probes.close()


def test_what_is_known_is_not_asked(bench: Bench) -> None:
    """Neither at the start nor later."""
    known = {"needs-wings": "it does not fly", "needs-gold": None}
    probes = bench.probes(known=known, wings=lambda _: None, gold=lambda _: "none", fire=_none)
    assert probes.begin([*known], LONG_S) == []
    assert {need: probes.lacks(need) for need in known} == known
    assert (bench.asked, probes.has_asked("needs-gold")) == ([], True)
    probes.close()


def test_needs_are_asked_side_by_side(bench: Bench) -> None:
    """Each of these waits for the other."""
    both = Barrier(2, timeout=LONG_S)

    def meet(_: Way) -> str | None:
        both.wait()
        return "met"

    probes = bench.probes(wings=meet, gold=meet)
    assert probes.begin(["needs-gold", "needs-wings"], LONG_S) == []
    assert (probes.lacks("needs-gold"), probes.lacks("needs-wings")) == ("met", "met")
    probes.close()


def test_what_takes_longer_goes_on_and_is_waited_for_when_it_is_needed(bench: Bench) -> None:
    """The run begins meanwhile; nothing is taken to be lacking because it takes its time."""
    go_on = Flag()

    def slow(_: Way) -> str | None:
        go_on.wait(LONG_S)
        return "it took its time"

    probes = bench.probes(slow=slow, quick=_none)
    assert probes.begin(["needs-slow", "needs-quick"], SOON_S) in (
        ["needs-slow"],
        ["needs-quick", "needs-slow"],
    )
    assert not probes.has_asked("needs-slow")
    go_on.set()
    assert probes.lacks("needs-slow") == "it took its time"
    probes.close()


def test_an_end_of_the_run_gives_up_what_is_not_found_out(bench: Bench) -> None:
    """Nobody waits for it any more, and nothing of it stays."""
    begun = Flag()

    def endless(way: Way) -> str | None:
        def look() -> bool:
            begun.set()
            return False

        way.until(look, LONG_S**3)
        return "it came to an end"

    probes = bench.probes(endless=endless)
    assert probes.begin(["needs-endless"], SOON_S) == ["needs-endless"]
    assert begun.wait(LONG_S)
    probes.close()
    assert probes.lacks("needs-endless") is None


@pytest.mark.parametrize("is_over", [False, True])
def test_what_was_broken_to_find_out_is_not_mended_for_nobody(
    monkeypatch: pytest.MonkeyPatch, *, is_over: bool
) -> None:
    """All of it is about to be taken down, and mending may take more than a minute."""
    done: list[str] = []
    over = Flag()

    class Broken:
        def do(self) -> None:
            done.append("broken")
            if is_over:
                over.set()

        def undo(self) -> None:
            done.append("mended")

    routes: Any = SimpleNamespace(breaking=lambda *_: Broken())
    monkeypatch.setattr("support.faults.probing.Routes", lambda *_: routes)
    monkeypatch.setattr(Way, "comes", lambda _: False)
    monkeypatch.setattr(Way, "is_ready", lambda _: True)
    tap: Any = SimpleNamespace(bus="bus", queue_url="https://queues.example/1/probe")
    with suppress(GivenUp):
        assert PROBES["needs-disabled-rules"](Way(AWS, tap, over)) is None
    assert done == (["broken"] if is_over else ["broken", "mended"])


def test_a_name_that_is_not_free_is_not_waited_for_when_the_run_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On AWS that takes a minute."""
    monkeypatch.setattr("support.faults.routes.UNHURRIED", Backoff(0.001, 0.001))
    tried: list[str] = []

    class DeletedRecently:
        def get_queue_attributes(self, **_: object) -> Any:
            return {"Attributes": {"VisibilityTimeout": "2"}}

        def delete_queue(self, **_: object) -> None: ...

        def create_queue(self, **asked: Any) -> None:
            tried.append(asked["QueueName"])
            error = {"Code": "QueueDeletedRecently", "Message": "Wait."}
            raise ClientError({"Error": error}, "CreateQueue")  # type: ignore[typeddict-item]

    aws: Any = SimpleNamespace(sqs=DeletedRecently(), events=None)
    queue = Subscriber(name="probe", entity_types=(), queue_url="q/1", dead_letter_queue_url="")
    gone = Routes(aws, "bus", lambda: len(tried) > 1).breaking(Breakage.DOOR_GONE, queue)
    gone.do()
    gone.undo()
    assert tried == ["1", "1"]


def test_a_target_that_brings_nothing_carries_nothing(bench: Bench) -> None:
    """That a broken subscription brings nothing would be no evidence then."""
    bench.ready = False
    probes = bench.probes(wings=_none)
    assert probes.lacks("needs-wings") == NOTHING_COMES
    probes.close()


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "CreateEventBus"),
        KeyError("RuleArn"),
    ],
)
def test_a_target_that_answers_oddly_lacks_the_need(bench: Bench, error: Exception) -> None:
    """Its own words are the reason: what is not allowed, not known, or not like AWS."""
    bench.refusal = error
    probes = bench.probes(wings=_none)
    assert probes.lacks("needs-wings") == f"this target does not do what it takes ({error})"
    probes.close()


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://sqs"),
        ConnectionClosedError(endpoint_url="https://sqs"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "Slow."}}, "PutEvents"),
        ClientError({"Error": {"Code": "ExpiredToken", "Message": "Old."}}, "PutEvents"),
        ClientError({"Error": {"Code": "InvalidClientTokenId", "Message": "Who?"}}, "PutRule"),
    ],
    ids=lambda error: str(error)[-40:],
)
def test_trouble_on_the_way_is_no_answer(bench: Bench, error: Exception) -> None:
    """What is skipped for it would turn the run green; the next scenario asks again."""
    bench.refusal = error
    probes = bench.probes(wings=lambda _: "it does not fly")
    with pytest.raises(Inconclusive) as verdict:
        probes.lacks("needs-wings")
    assert verdict.value.reason == (
        f"nobody can tell whether this target can do what needs-wings takes: {error}"
    )
    assert not probes.has_asked("needs-wings")
    bench.refusal = None
    assert probes.lacks("needs-wings") == "it does not fly"
    probes.close()


def test_what_cannot_be_taken_down_again_is_not_told_as_lacking(bench: Bench) -> None:
    """The target did what it takes; something of it may stay."""
    bench.relic = KeyError("QueueUrl")
    probes = bench.probes(wings=_none)
    with pytest.raises(Inconclusive, match=r"what needs-wings takes: 'QueueUrl'$"):
        probes.lacks("needs-wings")
    probes.close()


@pytest.mark.parametrize(
    ("misses", "moment"), [(0, EMULATED_S), (2, 4 * EMULATED_S), (9, MOMENTS_S)]
)
def test_a_slow_target_gets_longer_moments(
    monkeypatch: pytest.MonkeyPatch, misses: int, moment: float
) -> None:
    """What comes late is not to be taken for what does not come."""
    answers = iter([*[False] * misses, True])
    monkeypatch.setattr(Way, "comes", lambda _: next(answers))
    unused: Any = None
    way = Way(AWS, unused, Flag())
    assert way.is_ready()
    assert way.moment == pytest.approx(moment)


def _none(_: Way) -> str | None:
    return None
