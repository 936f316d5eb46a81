"""Each sentence about what runs leave, see and report goes red where it must, and says why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from support.observing.waiting import Waiter
from support.operation import operation as operating
from support.operation.endings import Ending
from support.operation.operation import Operation
from support.operation.process_tree import kill, tree_of
from support.operation.suite_run import NotAsPlanned, SuiteRun
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.inventory import find
from support.targets.leases import lease_of
from support.targets.sweep import remove_run
from tests.support.stage import definitions

PATIENCE_S = 10
SLEEPS = "import time; time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPS!r}])"


@pytest.fixture
def operation(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operation]:
    """Look at an emulator, in a project of one file, without patience."""
    (tmp_path / "README.md").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(operating, "LAST_BREATH_S", 0.2)
    begun = Operation(Settings(reports=Path("reports")), aws)
    yield begun
    begun.tidy()


def _run(folder: Path, code: str = "", said: str = "", journal: str = "") -> SuiteRun:
    """Return a run that is some other program."""
    run_id = uuid4().hex[:8]
    own = folder / "reports" / run_id
    (own / "tmp").mkdir(parents=True)
    (own / "output.log").write_text(said.replace("RUN", run_id), "utf-8")
    (own / "journal.jsonl").write_text(journal, "utf-8")
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    return SuiteRun(run_id, own, process, tree_of(process.pid))


@pytest.fixture
def without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs that are no behave be under way at once."""
    monkeypatch.setattr(SuiteRun, "is_under_way", lambda _: None)


def _ended(operation: Operation, run: SuiteRun) -> SuiteRun:
    """Hand a run to the sentences as one that has ended."""
    operation._ended.append(run)
    return run


def _say(operation: Operation, sentence: str) -> None:
    (definition,) = [each for each in definitions("then") if each.pattern == sentence]
    context: Any = _Context(operation=operation)
    definition.func(context)


class _Context(SimpleNamespace):
    def __contains__(self, name: str) -> bool:
        return hasattr(self, name)


def _red(operation: Operation, sentence: str) -> str:
    with pytest.raises(AssertionError) as red:
        _say(operation, sentence)
    return str(red.value)


def test_where_nothing_is_left_all_is_well(operation: Operation, tmp_path: Path) -> None:
    """And the run says so."""
    said = "Run RUN left nothing behind. Looked for: processes, ports; stacks ..."
    run = _ended(operation, _run(tmp_path, said=said))
    run.process.wait()
    _say(operation, "nothing is left of the run")
    _say(operation, "the run says that it has left nothing behind")


def test_a_process_that_is_left_is_named(operation: Operation, tmp_path: Path) -> None:
    """Also one that a process of the run has started."""
    run = _ended(operation, _run(tmp_path, PARENT))
    processes = Waiter().until(
        lambda _: tree_of(run.process.pid), lambda found: len(found) > 1, PATIENCE_S
    )
    run.started = processes
    run.process.kill()
    run.process.wait()
    child = processes[1]
    assert f"has left: processes {child.pid}" in _red(operation, "nothing is left of the run")
    kill(processes)
    _say(operation, "nothing is left of the run")


def test_what_is_left_at_the_target_is_named(
    operation: Operation, aws: Aws, tmp_path: Path
) -> None:
    """By its kind and name."""
    run = _ended(operation, _run(tmp_path))
    run.process.wait()
    aws.sqs.create_queue(QueueName=f"crm-{run.run_id}-q")
    told = _red(operation, "nothing is left of the run")
    assert told == f"The run {run.run_id} has left: queue crm-{run.run_id}-q"
    remove_run(aws, run.run_id)


def test_files_that_are_left_are_named(operation: Operation, tmp_path: Path) -> None:
    """Those beside the reports, and temporary ones; what is a report's is not."""
    run = _ended(operation, _run(tmp_path))
    run.process.wait()
    (tmp_path / "reports" / "more").touch()
    (tmp_path / "stray").touch()
    (run.folder / "tmp" / "scratch").touch()
    told = _red(operation, "nothing is left of the run")
    assert told.endswith(
        "has left: temporary files scratch; files outside the reports folder: stray"
    )


def test_what_other_jobs_report_is_no_stray_file(aws: Aws, operation: Operation) -> None:
    """They write into the same reports folder, whatever it is called."""
    del operation
    reports = Path("out/jobs/1")
    reports.mkdir(parents=True)
    in_job = Operation(Settings(reports=reports, job=1), aws)
    run = _ended(in_job, _run(Path()))
    run.process.wait()
    Path("out/allure-results").mkdir()
    Path("out/allure-results/x-result.json").touch()
    _say(in_job, "nothing is left of the run")
    Path("stray").touch()
    assert _red(in_job, "nothing is left of the run").endswith("reports folder: stray")


def test_every_run_that_has_ended_is_looked_at(
    operation: Operation, aws: Aws, tmp_path: Path
) -> None:
    """Not the newest one only."""
    first, newest = (_ended(operation, _run(tmp_path)) for _ in range(2))
    for run in (first, newest):
        run.process.wait()
    aws.sqs.create_queue(QueueName=f"crm-{first.run_id}-q")
    assert f"The run {first.run_id} has left" in _red(operation, "nothing is left of the run")
    remove_run(aws, first.run_id)


@pytest.mark.usefixtures("without_looking")
def test_two_runs_of_which_one_ended_too_early_prove_nothing(
    operation: Operation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have to be under way at the same time."""
    runs = [_run(tmp_path), _run(tmp_path, SLEEPS)]
    runs[0].process.wait()
    monkeypatch.setattr(operation, "_begin", lambda _: runs.pop(0))
    with pytest.raises(NotAsPlanned, match="had ended before the other one began"):
        operation.two_at_once()


def test_a_run_is_told_what_this_one_is_and_inherits_nothing(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an emulator of its own it has no use for another's CRM."""
    begun: list[tuple[list[str], dict[str, str]]] = []

    def begin(command: list[str], *, env: dict[str, str], **_: object) -> None:
        begun.append((command, env))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCEPTANCE_CRM", "theirs.module:Driver")
    monkeypatch.setenv("CRM_AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings = Settings(
        target="aws", crm="http://crm:1", stack="theirs", region="eu-1", operator_token="secret"
    )
    operation = Operation(settings, aws)
    monkeypatch.setattr(subprocess, "Popen", begin)
    for target in (None, "embedded"):
        operation._begin("features", target)
    (there, environment), (embedded, _) = begun
    assert {"crm=http://crm:1", "stack=theirs", "region=eu-1"} <= {*there}
    assert "target=embedded" in embedded
    assert not {"crm=http://crm:1", "stack=theirs"} & {*embedded}
    ours = {name for name in environment if name.startswith(("ACCEPTANCE_", "CRM_AWS"))}
    assert ours == {"ACCEPTANCE_OPERATOR_TOKEN"}
    assert not {"ACCEPTANCE_OPERATOR_TOKEN=secret", "secret"} & {*there}


def test_a_run_that_does_not_say_that_nothing_is_left_is_red(
    operation: Operation, tmp_path: Path
) -> None:
    """Another's saying so is not its own."""
    _ended(operation, _run(tmp_path, said="Run other left nothing behind. Looked for: processes"))
    told = _red(operation, "the run says that it has left nothing behind")
    assert "its last words were:\nRun other left" in told


def test_what_another_run_lacks_is_named(operation: Operation, aws: Aws, tmp_path: Path) -> None:
    """It is under way, and needs it."""
    run = _run(tmp_path, SLEEPS)
    operation._runs.append(run)
    for name in ("a", "b"):
        aws.sqs.create_queue(QueueName=f"crm-{run.run_id}-{name}")
    operation._others.append((run, find(aws, run.run_id)))
    _say(operation, "all of the other run is still there")
    url = aws.sqs.get_queue_url(QueueName=f"crm-{run.run_id}-b")["QueueUrl"]
    aws.sqs.delete_queue(QueueUrl=url)
    told = _red(operation, "all of the other run is still there")
    assert f"or lacks: queue crm-{run.run_id}-b\n" in told
    remove_run(aws, run.run_id)


def test_another_run_that_has_ended_is_red(operation: Operation, tmp_path: Path) -> None:
    """Somebody ended it."""
    run = _run(tmp_path)
    run.process.wait()
    operation._others.append((run, []))
    assert "is under way no more" in _red(operation, "all of the other run is still there")


def test_a_run_that_has_seen_another_is_red(operation: Operation, tmp_path: Path) -> None:
    """Its journal has the other's id."""
    one, other = (_ended(operation, _run(tmp_path)) for _ in range(2))
    _say(operation, "the runs have seen nothing of each other")
    (one.folder / "journal.jsonl").write_text(f"crm-{other.run_id}-bus", "utf-8")
    told = _red(operation, "the runs have seen nothing of each other")
    assert told == f"The run {one.run_id} has seen the run {other.run_id}"


def _failing(folder: Path, error: str) -> SuiteRun:
    """Return a run that failed, whose report gives a command that fails as it is told to here."""
    line = {"entry": "outcome", "scenario": "a", "error": "expected 1, found 2"}
    run = _run(folder, "raise SystemExit(1)", journal=json.dumps(line) + "\n")
    again = json.dumps({**line, "error": error}) + "\n"
    code = (
        "import os, pathlib; pathlib.Path(os.environ['ACCEPTANCE_REPORTS'], 'journal.jsonl')"
        f".write_text({again!r}); raise SystemExit(1)"
    )
    (folder / "repeat.py").write_text(code, "utf-8")
    (run.folder / "allure").mkdir()
    described = {"description": "Repeat it with:\n\n```\npython repeat.py\n```"}
    (run.folder / "allure" / "x-result.json").write_text(json.dumps(described), "utf-8")
    return run


@pytest.mark.usefixtures("without_looking")
def test_a_command_that_fails_otherwise_is_red(operation: Operation, tmp_path: Path) -> None:
    """With both failures; the same failure is what is asked for."""
    _ended(operation, _failing(tmp_path, "expected 1, found 2"))
    _say(operation, "the one command in its report fails in the same way")
    _ended(operation, _failing(tmp_path, "expected 1, found 3"))
    assert _red(operation, "the one command in its report fails in the same way") == (
        "python repeat.py\nfails with:\n['expected 1, found 3']\ninstead of:\n"
        "['expected 1, found 2']"
    )


@pytest.mark.usefixtures("without_looking")
def test_a_report_without_a_command_is_trouble(operation: Operation, tmp_path: Path) -> None:
    """There is nothing to repeat."""
    _ended(operation, _run(tmp_path))
    with pytest.raises(NotAsPlanned, match="gives no command"):
        _say(operation, "the one command in its report fails in the same way")


@pytest.mark.usefixtures("without_looking")
def test_a_run_that_ends_otherwise_is_trouble(tmp_path: Path) -> None:
    """It proves nothing."""
    run = _run(tmp_path, "raise SystemExit(1)", said="The reason is this.")
    with pytest.raises(NotAsPlanned, match=r"ended with 0, and did with 1: The reason is this\."):
        run.end(Ending.PASSES)


def test_a_sweep_that_does_not_remove_all_is_trouble(
    operation: Operation, aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own words are passed on."""
    run = _ended(operation, _run(tmp_path))
    run.process.wait()
    tags = lease_of(run.run_id, -60).tags
    aws.sqs.create_queue(QueueName=f"crm-{run.run_id}-q", tags=tags)
    monkeypatch.setattr(operation, "_target", "http://127.0.0.1:1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    with pytest.raises(NotAsPlanned, match="sweep ended with 2: nothing answers at"):
        operation.sweep()
    remove_run(aws, run.run_id)
