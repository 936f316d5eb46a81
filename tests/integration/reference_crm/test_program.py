"""The program: its start, its end, its control line, and what it says when it cannot."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from uuid import uuid4

import pytest

from support.reference_crm.__main__ import main
from support.reference_crm.aws import Aws
from support.reference_crm.stack import StackDeployer, StackError
from tests.integration.reference_crm.crm_process import ROOT, Crm, eventually

ROLES = (
    "api",
    "publisher",
    "audit-trail",
    "entity-views",
    "sales-pipeline",
    "account-deactivation",
)


def run(
    environment: Mapping[str, str], *arguments: str, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "support.reference_crm", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, **changes},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def lives(pid: int) -> bool:
    """Say whether a process runs; one that nobody has reaped does not."""
    try:
        with open(f"/proc/{pid}/stat") as status:  # noqa: PTH123
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def name() -> str:
    """Return a stack name that nobody has used."""
    return f"s-{uuid4().hex[:8]}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_in_under_two_seconds(
    environment: Mapping[str, str], aws: Aws, name: str, number: int
) -> None:
    """No process is left, and with --delete-stack no stack."""
    crm = Crm(environment, "--stack", name, "--delete-stack")
    assert tuple(crm.ready["roles"]) == ROLES
    begun = time.monotonic()
    crm.signal(number)
    assert crm.wait() == 0
    assert time.monotonic() - begun < 2.0
    assert not any(map(lives, crm.ready["roles"].values()))
    assert not StackDeployer(aws, name).exists()


def test_a_stack_goes_with_what_nobody_took_down(
    environment: Mapping[str, str], aws: Aws, name: str
) -> None:
    """Who put them up may be dead; what a neighbour has stays."""
    crm = Crm(environment, "--stack", name, "--delete-stack", "--roles", "api")
    events, sqs, bus = aws.events(), aws.sqs(), f"{name}-bus"
    for tap in (f"{name}-tap-1", f"{name}-other-tap-1"):
        sqs.create_queue(QueueName=tap)
    pattern = json.dumps({"source": [{"prefix": ""}]})
    events.put_rule(Name=f"{name}-tap-1", EventBusName=bus, EventPattern=pattern)
    target = {"Id": "tap", "Arn": f"arn:aws:sqs:us-east-1:000000000000:{name}-tap-1"}
    vip = crm.tenant("vip")
    assert crm.http.post("/tenants/vip/subscription", headers=vip.headers).status_code == 201
    events.put_targets(Rule=f"{name}-tap-1", EventBusName=bus, Targets=[target])  # type: ignore[list-item]
    assert crm.hang_up() == 0
    assert not StackDeployer(aws, name).exists()
    left = sqs.list_queues(QueueNamePrefix=name)["QueueUrls"]
    assert [url.rsplit("/", 1)[-1] for url in left] == [f"{name}-other-tap-1"]
    sqs.delete_queue(QueueUrl=left[0])


def test_a_stack_has_its_tags_and_so_have_own_subscriptions(
    environment: Mapping[str, str], aws: Aws, name: str
) -> None:
    """Whoever cleans up after others can tell whose it is."""
    crm = Crm(environment, "--stack", name, "--delete-stack", "--roles", "api", "--tag", "by=ann=1")
    vip = crm.tenant("vip")
    assert crm.http.post("/tenants/vip/subscription", headers=vip.headers).status_code == 201
    (stack,) = aws.cloudformation().describe_stacks(StackName=name)["Stacks"]
    assert stack["Tags"] == [{"Key": "by", "Value": "ann=1"}]
    (url,) = aws.sqs().list_queues(QueueNamePrefix=f"{name}-own-")["QueueUrls"]
    assert aws.sqs().list_queue_tags(QueueUrl=url)["Tags"] == {"by": "ann=1"}
    rule = aws.events().describe_rule(Name=url.rsplit("/", 1)[-1], EventBusName=f"{name}-bus")
    tags = aws.events().list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
    assert tags == [{"Key": "by", "Value": "ann=1"}]
    assert crm.hang_up() == 0


def test_a_killed_supervisor_takes_its_roles_along(
    environment: Mapping[str, str], aws: Aws, name: str
) -> None:
    """Without the stack, which the next start finds."""
    crm = Crm(environment, "--stack", name)
    vip = crm.tenant("vip")
    assert crm.http.post("/tenants/vip/subscription", headers=vip.headers).status_code == 201
    crm.signal(signal.SIGKILL)
    crm.wait()
    eventually(lambda: not any(map(lives, crm.ready["roles"].values())))
    assert StackDeployer(aws, name).exists()
    assert run(environment, "down", "--stack", name).returncode == 0
    assert not StackDeployer(aws, name).exists()
    assert aws.sqs().list_queues(QueueNamePrefix=f"{name}-").get("QueueUrls", []) == []


def test_the_control_line_starts_and_ends_roles(
    environment: Mapping[str, str], name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """One by one; its end is the end of all."""
    crm = Crm(environment, "--stack", name, "--delete-stack", "--roles", "api", "entity-views")
    assert list(crm.ready["roles"]) == ["api", "entity-views"]
    pid = crm.ready["roles"]["entity-views"]
    assert crm.do("status", "entity-views") == {
        "role": "entity-views",
        "state": "running",
        "pid": pid,
        "endpoint": None,
    }
    for order in ("stop", "stop", "kill", "status"):
        assert crm.do(order, "entity-views")["state"] == "stopped"
    started = crm.do("start", "entity-views")
    assert (started["state"], started["pid"] != pid) == ("running", True)
    assert crm.do("start", "entity-views") == started
    assert "error" in crm.do("start", "unicorn")
    assert "error" in crm.say("no json")
    os.kill(started["pid"], signal.SIGKILL)
    again = eventually(lambda: running(crm, "entity-views", other_than=started["pid"]))
    crm.do("kill", "entity-views")
    assert not lives(again)
    assert crm.do("status", "entity-views")["state"] == "stopped"
    crm.do("kill", "api")
    crm.do("start", "api")
    assert crm.http.get("/health").json()["stack"] == name
    assert crm.hang_up() == 0
    said = "the role entity-views ended by itself; it is started in 0.5 s"
    assert capfd.readouterr().err.count(said) == 1


def running(crm: Crm, role: str, other_than: int) -> int | None:
    """Return the process id of a role, if it runs in another process than before."""
    answer = crm.do("status", role)
    return answer["pid"] if answer["pid"] != other_than else None


def test_a_role_can_be_started_with_an_endpoint_of_its_own(
    environment: Mapping[str, str], name: str
) -> None:
    """Which only it has, only until its next start, and which start alone may name."""
    crm = Crm(environment, "--stack", name, "--delete-stack")
    nowhere = "http://127.0.0.1:9"
    running = "The role publisher runs with another endpoint; stop it first."
    assert crm.do("start", "publisher", endpoint=nowhere) == {"error": running}
    crm.do("stop", "publisher")
    started = crm.do("start", "publisher", endpoint=nowhere)
    assert (started["state"], started["endpoint"]) == ("running", nowhere)
    assert crm.do("status", "publisher") == started
    assert crm.do("start", "publisher") == {"error": running}
    acme = crm.tenant("acme")
    acme.accepted("CreateAccount", {"name": "A", "owner": "b"}, "a")
    assert crm.do("stop", "publisher")["endpoint"] is None
    assert acme.applied("entity-views", "a") == []
    assert crm.do("start", "publisher")["endpoint"] is None
    acme.view("account", "a", 1)
    assert "start only" in crm.do("stop", "publisher", endpoint=nowhere)["error"]
    assert "is not a URL" in crm.do("start", "publisher", endpoint="here")["error"]
    assert crm.hang_up() == 0


def test_orders_whose_answers_nobody_reads_end_everything(
    environment: Mapping[str, str], aws: Aws, name: str
) -> None:
    """As the end of the control line does: softly, and the stack stays."""
    crm = Crm(environment, "--stack", name)
    assert crm.ask_and_look_away("status", "api") == 0
    assert not any(map(lives, crm.ready["roles"].values()))
    assert StackDeployer(aws, name).exists()
    StackDeployer(aws, name).delete()


def test_a_control_line_from_nowhere_ends_everything(
    environment: Mapping[str, str], name: str
) -> None:
    """/dev/null is a control line that has ended already."""
    ended = run(environment, "up", "--stack", name, "--control", "--delete-stack")
    assert (ended.returncode, json.loads(ended.stdout)["ready"]) == (0, True)


def test_the_stack_outlives_the_program(environment: Mapping[str, str], name: str) -> None:
    """A second start finds the data of the first, and replay publishes them once more."""
    first = Crm(environment, "--stack", name)
    acme = first.tenant("acme")
    acme.accepted("CreateAccount", {"name": "A", "owner": "b"}, "a")
    acme.view("account", "a", 1)
    first.hang_up()
    second = Crm(environment, "--stack", name, "--delete-stack")
    acme = second.tenant("acme")
    acme.accepted("UpdateAccount", {"name": "B"}, "a")
    acme.view("account", "a", 2)
    replayed = run(environment, "replay", "--stack", name)
    assert json.loads(replayed.stdout) == {"replayed": 2}
    second.do("stop", "publisher")
    second.do("start", "publisher")
    acme.accepted("UpdateAccount", {"name": "C"}, "a")
    acme.view("account", "a", 3)
    assert acme.applied("entity-views", "a") == [(1, 1), (2, 1), (3, 1)]
    second.hang_up()


@pytest.mark.parametrize(
    ("arguments", "changes", "said"),
    [
        (("up", "--stack", "9"), {}, "The stack name '9'"),
        (("up", "--stack", "s"), {"CRM_OPERATOR_TOKEN": ""}, "CRM_OPERATOR_TOKEN is not set"),
        (("up", "--stack", "s"), {"CRM_LOG_LEVEL": "loud"}, "CRM_LOG_LEVEL has to be one of"),
        (("up", "--stack", "s"), {"CRM_AWS_ENDPOINT_URL": "here"}, "is not a URL"),
        (
            ("up", "--stack", "s"),
            {"CRM_AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
            "Could not connect to the endpoint URL",
        ),
        (("up", "--stack", "s", "--host", "256.1.1.1"), {}, "The CRM cannot serve at 256.1.1.1:0"),
        (("up", "--stack", "s", "--port", "70000"), {}, "The CRM cannot serve at"),
        (("up", "--stack", "s", "--attempts", "0"), {}, "argument --attempts"),
        (("replay", "--stack", "nowhere"), {}, "There is no stack nowhere"),
        (("up",), {}, "--stack"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    changes: dict[str, str],
    said: str,
) -> None:
    """With exit code 2."""
    for name, value in {**environment, **changes}.items():
        monkeypatch.setenv(name, value)
    assert exit_code(*arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err.splitlines()[-1]
    assert printed.out == ""


def exit_code(*arguments: str) -> int:
    """Run the program in this process, for what does not get as far as forking."""
    try:
        return main(arguments)
    except SystemExit as ended:
        return int(str(ended.code))


def test_a_port_that_is_taken_is_said(environment: Mapping[str, str]) -> None:
    """And nothing is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run(environment, "up", "--stack", "taken", "--port", port)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "Address already in use" in ended.stderr


def test_the_template_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As CloudFormation takes it."""
    assert exit_code("template") == 0
    assert "AWS::Events::EventBus" in capsys.readouterr().out


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    """And the environment."""
    assert exit_code("--help") == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("up", "down", "replay", "template", "CRM_OPERATOR_TOKEN"))


def test_a_stack_that_failed_is_said(aws: Aws, name: str) -> None:
    """Instead of being used."""
    with pytest.raises(StackError, match=f"There is no stack {name}"):
        StackDeployer(aws, name).describe()


@pytest.mark.parametrize("command", ["down", "replay"])
def test_a_signal_in_the_middle_of_a_call_is_heeded(
    environment: Mapping[str, str], command: str
) -> None:
    """Boto3 takes what is raised there for trouble with the line, and tries again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", "support.reference_crm", command, "--stack", "s"],
            cwd=ROOT,
            env={**os.environ, **environment, "CRM_AWS_ENDPOINT_URL": url},
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.settimeout(20)
        caller, _ = silent.accept()
        with caller:
            caller.recv(1)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=3)
    assert process.returncode == 2
    assert said == ("reference_crm: It was ended before it was done; what it has done stays.\n")
