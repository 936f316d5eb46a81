"""Jobs are processes that are heard, ended softly, and told apart by how they end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.observing.waiting import Waiter
from support.side_by_side.jobs import Crew, Job

PATIENCE_S = 10
TALKS = "print('one'); print(); print('two', end='')"
# Says that it is ready, and that it was told to end.
WAITS = """
import signal, time

def end(*_):
    print("ended softly", flush=True)
    raise SystemExit(1)

signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(600)
"""


def _job(tmp_path: Path, number: int, code: str) -> Job:
    return Job(number, f"ab12j{number}", tmp_path / str(number), [sys.executable, "-c", code])


def _ready(jobs: list[Job]) -> None:
    Waiter().until(
        lambda _: all(j.output.exists() and b"ready" in j.output.read_bytes() for j in jobs),
        bool,
        PATIENCE_S,
    )


def test_all_that_jobs_say_is_passed_on_with_their_numbers(tmp_path: Path) -> None:
    """Their order among each other is whatever it was."""
    said: list[str] = []
    jobs = [_job(tmp_path, 1, TALKS), _job(tmp_path, 2, "raise SystemExit(3)")]
    Crew(jobs, said.append).work()
    assert said == ["[1] one", "[1]", "[1] two"]
    assert [(job.code, job.killed_by) for job in jobs] == [(0, None), (3, None)]
    assert all(job.seconds > 0 for job in jobs)


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Heed SIGINT, which whoever runs in the background of a script inherits as ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_ends_all_jobs_softly_and_waits(tmp_path: Path) -> None:
    """Each says its last words."""
    said: list[str] = []
    jobs = [_job(tmp_path, number, WAITS) for number in (1, 2)]
    crew = Crew(jobs, said.append)

    def interrupt() -> None:
        _ready(jobs)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    crew.work()
    assert crew.interrupted
    assert [job.code for job in jobs] == [1, 1]
    assert {"[1] ended softly", "[2] ended softly"} <= {*said}


def test_an_interrupt_while_a_job_is_started_waits_for_those_that_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was being started is not heard of any more."""
    said: list[str] = []
    jobs = [_job(tmp_path, number, WAITS) for number in (1, 2)]
    start = Job.start

    def start_or_not(job: Job) -> None:
        if job is jobs[1]:
            _ready(jobs[:1])
            job.folder.mkdir()
            job.output.touch()
            raise KeyboardInterrupt
        start(job)

    monkeypatch.setattr(Job, "start", start_or_not)
    crew = Crew(jobs, said.append)
    crew.work()
    assert crew.interrupted
    assert [job.code for job in jobs] == [1, None]
    assert "[1] ended softly" in said


def test_a_job_that_cannot_be_started_ends_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would wait for them."""
    jobs = [_job(tmp_path, number, WAITS) for number in (1, 2)]
    start = Job.start

    def start_or_not(job: Job) -> None:
        if job is jobs[1]:
            _ready(jobs[:1])
            raise OSError("no space left")
        start(job)

    monkeypatch.setattr(Job, "start", start_or_not)
    with pytest.raises(OSError, match="no space left"):
        Crew(jobs, lambda _: None).work()
    assert jobs[0].code == 1


def test_a_job_that_is_killed_is_told_from_one_that_fails(tmp_path: Path) -> None:
    """Whether it or its guard is."""
    jobs = [_job(tmp_path, 1, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")]
    Crew(jobs, lambda _: None).work()
    assert jobs[0].killed_by == "SIGKILL"


def test_what_a_killed_guard_leaves_is_ended(tmp_path: Path) -> None:
    """Softly, so that it takes down what it has put up."""
    (job,) = jobs = [_job(tmp_path, 1, WAITS)]

    def kill_guard() -> None:
        _ready(jobs)
        assert job._process is not None
        os.kill(job._process.pid, signal.SIGKILL)

    threading.Thread(target=kill_guard).start()
    Crew(jobs, lambda _: None).work()
    assert job.killed_by == "SIGKILL"
    Waiter().until(lambda _: b"ended softly" in job.output.read_bytes(), bool, PATIENCE_S)


def test_jobs_end_when_whoever_shares_them_out_is_killed(tmp_path: Path) -> None:
    """Nobody would look at what they say."""
    code = f"""
import sys
from pathlib import Path
from support.side_by_side.jobs import Crew, Job

command = [sys.executable, "-c", {WAITS!r}]
Crew([Job(1, "ab12j1", Path({str(tmp_path)!r}) / "1", command)], print).work()
"""
    job = _job(tmp_path, 1, "")
    sharer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    _ready([job])
    sharer.kill()
    sharer.wait()
    Waiter().until(lambda _: b"ended softly" in job.output.read_bytes(), bool, PATIENCE_S)


def _side_by_side(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "support.side_by_side", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--jobs", "0"], "'0' is not a number from 1 to 32"),
        (["--jobs", "many"], "'many' is not a number from 1 to 32"),
        (["--jobs", "2", "--tags=@nobody"], "no scenario is selected"),
        (["--jobs", "2", "-D", "moon=1"], "unknown setting -D moon"),
        (["--jobs", "2", "-D", "job=1"], "-D job is set for each job: leave it out"),
        (["--jobs", "2", "-D", "reports=/dev/null"], "nothing more can be written to /dev/null/"),
    ],
)
def test_what_cannot_be_run_is_told(arguments: list[str], sentence: str) -> None:
    """With exit code 2, before anything is started."""
    done = _side_by_side(*arguments)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_in_two_jobs_is_one_report(tmp_path: Path) -> None:
    """Its journals are apart, its results together, its exit code is of all."""
    features = ["features/guarantees/delivery.feature", "features/guarantees/cause.feature"]
    one_each = ["-n", "An accepted change is announced once", "-n", "names who asked"]
    done = _side_by_side(
        *("--jobs", "2", *one_each, "-D", f"reports={tmp_path}", "-D", "seed=7"), *features
    )
    assert done.returncode == 0, done.stdout
    assert {file.parent.name for file in tmp_path.glob("jobs/*/journal.jsonl")} == {"1", "2"}
    assert len([*tmp_path.glob("jobs/*/junit/*.xml")]) == 2
    told = (tmp_path / "allure-results" / "environment.properties").read_text("utf-8")
    assert "seed=7\n" in told
    assert "jobs=2\n" in told
    assert "The audit at the end of the run (job 2)" in "".join(
        file.read_text("utf-8") for file in tmp_path.glob("allure-results/*-result.json")
    )
