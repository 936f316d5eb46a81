"""Sweeping removes what has expired, all of it, and nothing else; a run's end removes its own."""

import json
from contextlib import ExitStack
from datetime import timedelta
from threading import Event as Flag
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from support.__main__ import main
from support.errors import ConfigurationError
from support.faults.way import own_way
from support.observing.pattern_taps import pattern_taps
from support.observing.taps import as_pairs, open_tap
from support.targets import inventory
from support.targets.aws import Aws
from support.targets.inventory import described, find
from support.targets.leases import Tags, Thing, lease_of, now, sort_out
from support.targets.leftovers import leaving_nothing
from support.targets.sweep import LeftBehind, look_for_expired, remove_expired, remove_run
from support.targets.tenure import require_unused, sweep_before

ANY = json.dumps({"source": [{"prefix": ""}]})
NONE: Tags = {}
DENIED = "An error occurred (AccessDenied) when calling the Delete operation: No."


@pytest.fixture
def run_id() -> str:
    """Return a run's id that nobody has used."""
    return uuid4().hex[:8]


def _expired(run_id: str) -> Tags:
    return lease_of(run_id, 60, now() - timedelta(hours=1)).tags


def _put_up(aws: Aws, name: str, tags: Tags = NONE) -> None:
    """Put up a bus, a rule with a target, a queue and a table; only the queue is tagged."""
    aws.events.create_event_bus(Name=f"{name}-bus")
    aws.sqs.create_queue(QueueName=f"{name}-queue", tags=tags)
    arn = f"arn:aws:sqs:us-east-1:000000000000:{name}-queue"
    aws.events.put_rule(Name=f"{name}-rule", EventBusName=f"{name}-bus", EventPattern=ANY)
    aws.events.put_targets(
        Rule=f"{name}-rule", EventBusName=f"{name}-bus", Targets=[{"Id": "t", "Arn": arn}]
    )
    aws.dynamodb.create_table(
        TableName=f"{name}-table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    aws.events.create_archive(
        ArchiveName=f"{name}-archive",
        EventSourceArn=f"arn:aws:events:us-east-1:000000000000:event-bus/{name}-bus",
    )


def _all_of(run_id: str) -> str:
    name = f"crm-{run_id}"
    return (
        f"table {name}-table; stream {name}-table; bus {name}-bus; archive {name}-archive; "
        f"rule {name}-rule; target t; queue {name}-queue"
    )


def _of(run_id: str, things: list[Thing]) -> list[Thing]:
    return [each for each in things if each.run_id == run_id]


def test_everything_that_is_a_runs_is_found_and_removed(aws: Aws, run_id: str) -> None:
    """Its neighbour stays, and to look again finds nothing."""
    other = uuid4().hex[:8]
    _put_up(aws, f"crm-{run_id}")
    _put_up(aws, f"crm-{other}")
    assert described(find(aws, run_id)) == _all_of(run_id)
    assert described(remove_run(aws, run_id)) == _all_of(run_id)
    assert find(aws, run_id) == []
    assert described(find(aws, other)) == _all_of(other)
    remove_run(aws, other)


def test_what_has_expired_goes_and_nothing_else(aws: Aws, run_id: str) -> None:
    """A stack's things without tags go by their name; what tells of no lease stays."""
    live, alien = uuid4().hex[:8], uuid4().hex[:8]
    _put_up(aws, f"crm-{run_id}", _expired(run_id))
    _put_up(aws, f"crm-{live}", lease_of(live, 60).tags)
    _put_up(aws, f"crm-{alien}")
    _put_up(aws, "somebody-elses")
    found = look_for_expired(aws)
    assert remove_expired(aws, found) == []
    assert find(aws, run_id) == []
    assert described(find(aws, live)) == _all_of(live)
    assert described(find(aws, alien)) == _all_of(alien)
    assert _of(alien, found.unreadable) == _of(alien, find(aws))
    assert aws.dynamodb.describe_table(TableName="somebody-elses-table")
    for each in (live, alien):
        remove_run(aws, each)
    aws.dynamodb.delete_table(TableName="somebody-elses-table")


def test_a_lease_of_a_stack_is_that_of_all_in_it(aws: Aws, run_id: str) -> None:
    """Nothing else of it has to be asked."""
    template = {
        "Resources": {
            "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"crm-{run_id}-q"}}
        }
    }
    aws.cloudformation.create_stack(
        StackName=f"crm-{run_id}",
        TemplateBody=json.dumps(template),
        Tags=as_pairs(_expired(run_id)),
    )
    aws.sqs.create_queue(QueueName=f"crm-{run_id}-own-0123456789abcdef")
    stack, *_ = found = find(aws, run_id)
    assert stack.lease is not None
    assert {each.name for each in sort_out(found, now()).expired} == {
        f"crm-{run_id}",
        f"crm-{run_id}-own-0123456789abcdef",
        f"crm-{run_id}-q",
    }
    assert remove_expired(aws, look_for_expired(aws)) == []
    assert find(aws, run_id) == []


def test_a_renewed_lease_keeps_what_its_stack_would_give_up(aws: Aws, run_id: str) -> None:
    """The lease that ends last counts."""
    _put_up(aws, f"crm-{run_id}", _expired(run_id))
    queue = aws.sqs.get_queue_url(QueueName=f"crm-{run_id}-queue")["QueueUrl"]
    assert _of(run_id, look_for_expired(aws).expired)
    aws.sqs.tag_queue(QueueUrl=queue, Tags=lease_of(run_id, 60).tags)
    assert not _of(run_id, look_for_expired(aws).expired)
    remove_run(aws, run_id)


def test_a_tap_on_anothers_bus_is_known_by_its_tags(aws: Aws, run_id: str) -> None:
    """One that is called alike and has none is somebody else's."""
    aws.events.create_event_bus(Name="theirs")
    names = {f"tap-{run_id}": _expired(run_id), "tap-water": NONE}
    taps = [
        open_tap(
            "bus",
            name,
            sqs=aws.sqs,
            events=aws.events,
            bus="theirs",
            pattern={"source": ["crm"]},
            longest_wait=0,
            tags=tags,
        )
        for name, tags in names.items()
    ]
    tap = f"tap-{run_id}"
    assert described(find(aws, run_id)) == f"rule {tap}; target tap; queue {tap}"
    assert find(aws, "water") == []
    assert remove_expired(aws, look_for_expired(aws)) == []
    rules = aws.events.list_rules(EventBusName="theirs")["Rules"]
    assert [rule["Name"] for rule in rules] == ["tap-water"]
    taps[1].close()
    aws.events.delete_event_bus(Name="theirs")


def test_a_scratch_bus_and_own_subscriptions_go_with_their_stack(aws: Aws, run_id: str) -> None:
    """Whoever put them up was killed."""
    _put_up(aws, f"crm-{run_id}")
    scratch = pattern_taps(
        f"crm-{run_id}-scratch",
        f"crm-{run_id}-bus",
        tap_rule="none",
        sqs=aws.sqs,
        events=aws.events,
        longest_wait=0,
        tags=_expired(run_id),
    )
    put_up = ExitStack()
    put_up.enter_context(scratch)
    assert f"crm-{run_id}-scratch-1" in described(find(aws, run_id))
    assert remove_expired(aws, look_for_expired(aws)) == []
    assert find(aws, run_id) == []
    with pytest.raises(ClientError, match=r"NonExistent|does not exist"):
        put_up.close()


def _break(monkeypatch: pytest.MonkeyPatch, client: Any, call: str, code: str) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "No."}}, "Delete")

    monkeypatch.setattr(client, call, fail)


def test_what_cannot_be_removed_is_told_after_all_else_is_removed(
    aws: Aws, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence."""
    _put_up(aws, f"crm-{run_id}")
    monkeypatch.setattr("support.targets.sweep.EMULATED_PATIENCE_S", 0.1)
    with monkeypatch.context() as patch:
        _break(patch, aws.events, "delete_event_bus", "AccessDenied")
        with pytest.raises(LeftBehind) as trouble:
            remove_run(aws, run_id)
    assert str(trouble.value) == (
        f"not all of run {run_id} could be removed: bus crm-{run_id}-bus; "
        f"bus crm-{run_id}-bus ({DENIED})"
    )
    remove_run(aws, run_id)


def test_an_interrupted_sweep_says_what_to_do(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On AWS a stack takes minutes to go."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("support.targets.sweep_command.look_for_expired", interrupt)
    assert main(["sweep", "--target", str(aws.endpoint_url)]) == 1
    told = "interrupted: what is not removed yet is still there; sweep again\n"
    assert capsys.readouterr().err == told


def test_a_bus_that_goes_while_all_are_listed_is_no_trouble(
    aws: Aws, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As AWS has it: MiniStack tells of no rules on a bus that is not there."""
    aws.sqs.create_queue(QueueName=f"crm-{run_id}-q")
    _break(monkeypatch, aws.events, "list_rules", "ResourceNotFoundException")
    assert described(find(aws, run_id)) == f"queue crm-{run_id}-q"
    remove_run(aws, run_id)


def test_what_goes_meanwhile_is_no_trouble(aws: Aws, run_id: str) -> None:
    """Somebody else sweeps at the same time."""
    _put_up(aws, f"crm-{run_id}", _expired(run_id))
    found = look_for_expired(aws)
    remove_run(aws, run_id)
    assert remove_expired(aws, found) == []


def test_the_end_of_a_run_tells_that_nothing_is_left(aws: Aws, run_id: str) -> None:
    """And removes what would be."""
    told: list[str] = []
    with leaving_nothing(run_id, told.append) as footprint:
        footprint.aws = aws
        _put_up(aws, f"crm-{run_id}")
    assert told == [
        f"Run {run_id} left nothing behind. Looked for: processes, ports; stacks, tables, streams, "
        f"buses, archives, rules, targets, queues at {aws.endpoint_url}."
    ]
    assert find(aws, run_id) == []


def test_trouble_at_the_end_does_not_hide_the_error_before(
    aws: Aws, run_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is on the log; without an error before, it is the error."""
    told: list[str] = []
    _break(monkeypatch, aws.events, "list_archives", "AccessDenied")

    def fail() -> None:
        with leaving_nothing(run_id, told.append) as footprint:
            footprint.aws = aws
            raise KeyError("the real one")

    with pytest.raises(KeyError, match="the real one"):
        fail()
    sentence = (
        f"run {run_id} left behind: nobody knows what at {aws.endpoint_url}, which does not tell: "
        f"{DENIED}"
    )
    assert caplog.messages == [sentence]
    with (
        pytest.raises(LeftBehind) as trouble,
        leaving_nothing(run_id, told.append) as footprint,
    ):
        footprint.aws = aws
    assert str(trouble.value) == sentence
    assert told == []


def test_long_lists_are_read_to_their_end(
    aws: Aws, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQS gives no more than asked for, EventBridge no more than a page."""
    monkeypatch.setattr(inventory, "PAGE", 2)
    buses = aws.events.list_event_buses

    def two_at_a_time(**told: Any) -> Any:
        return buses(Limit=2, **told)

    monkeypatch.setattr(aws.events, "list_event_buses", two_at_a_time)
    for number in range(5):
        aws.sqs.create_queue(QueueName=f"crm-{run_id}-{number}")
        aws.events.create_event_bus(Name=f"crm-{run_id}-{number}")
    names = ", ".join(f"crm-{run_id}-{number}" for number in range(5))
    assert described(find(aws, run_id)) == f"bus {names}; queue {names}"
    remove_run(aws, run_id)


def test_the_next_run_removes_what_has_expired_and_tells_it(aws: Aws, run_id: str) -> None:
    """If there is nothing, it says nothing."""
    told: list[str] = []
    aws.sqs.create_queue(QueueName=f"crm-{run_id}-q", tags=_expired(run_id))
    sweep_before(aws, told.append)
    sweep_before(aws, told.append)
    assert told == [f"Removed what dead runs had left: queue crm-{run_id}-q."]


def test_trouble_with_what_dead_runs_left_does_not_end_the_next(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the run goes on."""
    told: list[str] = []
    _break(monkeypatch, aws.events, "list_archives", "AccessDenied")
    sweep_before(aws, told.append)
    require_unused(aws, "ab12")
    assert told == [f"What dead runs left at {aws.endpoint_url} could not be looked for: {DENIED}"]


def test_a_run_does_not_take_the_name_of_what_is_there(aws: Aws, run_id: str) -> None:
    """At its end it would remove it."""
    require_unused(aws, run_id)
    aws.sqs.create_queue(QueueName=f"crm-{run_id}-orders")
    with pytest.raises(ConfigurationError) as mistake:
        require_unused(aws, run_id)
    assert str(mistake.value) == (
        f"queue crm-{run_id}-orders at {aws.endpoint_url} is called as if it were of run {run_id}: "
        "name another one with -D run_id=..., or remove it with "
        f"`python -m support sweep --target {aws.endpoint_url} --run {run_id}`"
    )
    remove_run(aws, run_id)


def test_the_command_lists_first_and_then_removes(
    aws: Aws, run_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What expired later than asked for stays, as does what is on lease or tells of none."""
    alien = uuid4().hex[:8]
    aws.sqs.create_queue(QueueName=f"crm-{run_id}-q", tags=_expired(run_id))
    aws.sqs.create_queue(QueueName=f"crm-{alien}-q")
    command = ["sweep", "--target", str(aws.endpoint_url)]
    assert main([*command, "--older-than", "2h"]) == 0
    assert main([*command, "--dry-run"]) == 0
    assert described(find(aws, run_id)) == f"queue crm-{run_id}-q"
    assert main(command) == 0
    assert find(aws, run_id) == []
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if f"would be removed: queue crm-{run_id}-q" in line] == [
        line for line in told if line.startswith(f"run {run_id}, ") and "would" in line
    ]
    assert told[-2:] == [
        f"called like things of a run {alien}, but without a lease, so left alone: "
        f"queue crm-{alien}-q",
        "1 removed; 0 on lease, of 0 run(s); 1 without a lease, left alone.",
    ]
    assert main([*command, "--run", alien]) == 0
    assert find(aws, alien) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--target", "embedded"], "an embedded emulator ends with its run"),
        (["--target", "moon"], "unknown target 'moon'"),
        (["--target", "http://127.0.0.1:1"], "nothing answers at http://127.0.0.1:1"),
    ],
)
def test_a_target_that_is_of_no_use_is_told(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, with an exit code of its own."""
    assert main(["sweep", *arguments]) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_an_age_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With what would be one."""
    with pytest.raises(SystemExit) as end:
        main(["sweep", "--older-than", "yesterday"])
    assert end.value.code == 2
    assert "'yesterday' is no age: write 90s, 10m, 1h or 2d" in capsys.readouterr().err


def test_what_probes_put_up_is_on_lease(aws: Aws, run_id: str) -> None:
    """Whoever is killed while a target is tried out leaves it to a later run."""
    tags = _expired(run_id)
    with own_way(aws, f"crm-{run_id}-probe-ab12", Flag(), tags):
        found = _of(run_id, look_for_expired(aws).expired)
        assert {each.kind for each in found if each.lease} == {"bus", "rule", "queue"}
