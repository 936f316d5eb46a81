"""What the sentences of chapter 6 do: start runs of the suite, and look at what they leave."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from behave.runner import Context

from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.operation.endings import Ending
from support.operation.suite_run import EXAMPLES, PATIENCE_S, NotAsPlanned, SuiteRun, gone
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.inventory import described, find
from support.targets.leases import Thing
from support.targets.sweep import look_for_expired

PASSES, FAILS = str(EXAMPLES / "passes.feature"), str(EXAMPLES / "fails.feature")
# So much that one cannot be over before the other has begun; and so much that it goes on.
SOME, LONG = "features/workflows/lead_conversion.feature", "features/entities"
# Long enough for a run to begin its first scenario, and renew it; short enough to wait for.
LEASE_S = 6
LAST_BREATH_S = 15.0
LOOKING = Backoff(first=0.1, ceiling=0.5)
SAID = "left nothing behind. Looked for: processes, ports"
# What is so at this scenario's target only.
ELSEWHERE = frozenset({"crm", "stack", "crm_endpoint"})
UNTRACED = frozenset({".git", ".venv", "node_modules", "__pycache__", "reports"})


class Operation:
    """Start runs of the suite beside the one that this scenario is in, at the same target."""

    def __init__(self, settings: Settings, aws: Aws) -> None:
        self._settings = settings
        self._aws = aws
        self._target = aws.endpoint_url or settings.target
        self._runs: list[SuiteRun] = []
        self._ended: list[SuiteRun] = []
        self._others: list[tuple[SuiteRun, list[Thing]]] = []
        # What other jobs of this run write is in there, too.
        self._reports = settings.reports if settings.job is None else settings.reports.parents[1]
        self._files = _files(self._reports)

    def run_that(self, ending: Ending, target: str | None = None) -> None:
        """Let a run of the suite end in this way; the target is this scenario's, or named."""
        killed = ending in (Ending.IS_KILLED, Ending.IS_WIPED_OUT)
        features = FAILS if ending is Ending.FAILS else PASSES
        run = self._begin(features, target, **({"lease": LEASE_S} if killed else {}))
        run.end(ending)
        self._ended.append(run)

    def begin_another(self) -> None:
        """Let a run of the suite be under way until the scenario ends."""
        run = self._begin(LONG)
        run.is_under_way()
        self._others.append((run, find(self._aws, run.run_id)))

    def two_at_once(self) -> None:
        """Let two runs of the suite pass at the same time; raises NotAsPlanned if they did not."""
        runs = [self._begin(SOME), self._begin(SOME)]
        for run in runs:
            run.is_under_way()
        if over := [run for run in runs if run.process.poll() is not None]:
            raise NotAsPlanned(f"the run {over[0].run_id} had ended before the other one began")
        for run in runs:
            run.end(Ending.PASSES)
        self._ended += runs

    def sweep(self) -> None:
        """Remove what has expired, by the command, once the lease of the newest run has ended."""
        self._lease_has_ended()
        command = [sys.executable, "-m", "support", "sweep", "--target", self._target]
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, "--region", self._settings.region],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        if done.returncode:
            raise NotAsPlanned(f"sweep ended with {done.returncode}: {done.stdout}{done.stderr}")

    def next_run(self) -> None:
        """Let another run pass, once the lease of the newest one has ended."""
        self._lease_has_ended()
        self._begin(PASSES).end(Ending.PASSES)

    def nothing_left(self) -> None:
        """Require that nothing is left of any run that has ended."""
        for run in self._ended:
            if left := [*self._left(run)]:
                raise AssertionError(f"The run {run.run_id} has left: {'; '.join(left)}")

    def says_so(self) -> None:
        """Require that the newest run told, as it ended, that it has left nothing."""
        run = self._newest
        if f"Run {run.run_id} {SAID}" not in run.said:
            raise AssertionError(
                f"The run {run.run_id} has not said that nothing is left; its last words were:\n"
                f"{run.last_words}"
            )

    def others_untouched(self) -> None:
        """Require that all is still there of the runs that are under way."""
        for run, before in self._others:
            now = {str(each) for each in find(self._aws, run.run_id)}
            missing = [each for each in before if str(each) not in now]
            if missing or run.process.poll() is not None:
                raise AssertionError(
                    f"The run {run.run_id} is under way no more, or lacks: {described(missing)}\n"
                    f"{run.last_words}"
                )

    def strangers(self) -> None:
        """Require that no run that has ended has seen anything of another."""
        for run in self._ended:
            for other in self._ended:
                if run is not other and other.run_id in run.journal:
                    raise AssertionError(f"The run {run.run_id} has seen the run {other.run_id}")

    def repeats_its_failure(self) -> None:
        """Require that the command in the newest run's report fails in the same words."""
        run = self._newest
        again = run.repeated(_new_id())
        self._runs.append(again)
        again.end(Ending.FAILS)
        if not run.failures or again.failures != run.failures:
            raise AssertionError(
                f"{run.command_to_repeat}\nfails with:\n{again.failures}\ninstead of:\n"
                f"{run.failures}"
            )

    def tidy(self) -> None:
        """End all runs that are under way; each cleans up after itself."""
        with ExitStack() as each:
            for run in self._runs:
                each.callback(run.stop)

    @property
    def _newest(self) -> SuiteRun:
        return self._ended[-1]

    def _begin(self, features: str, target: str | None = None, **settings: object) -> SuiteRun:
        run_id = _new_id()
        like_this = {
            name: value
            for name, value in self._settings.repeat().items()
            if name != "seed" and not (target and name in ELSEWHERE)
        }
        told = {**like_this, "target": target or self._target, **settings}
        folder = self._settings.reports / "operation" / run_id
        secret = self._settings.operator_token.get_secret_value()
        run = SuiteRun.begin(run_id, folder, features, told, secret)
        self._runs.append(run)
        return run

    def _left(self, run: SuiteRun) -> Iterator[str]:
        if processes := gone(run, LAST_BREATH_S):
            yield f"processes {', '.join(str(each.pid) for each in processes)}"
        if things := self._things_left(run):
            yield described(things)
        if files := run.temporary_files:
            yield f"temporary files {', '.join(files)}"
        if files := sorted(_files(self._reports) - self._files):
            yield f"files outside the reports folder: {', '.join(files)}"

    def _things_left(self, run: SuiteRun) -> list[Thing]:
        """Return what is at the target; a killed run's own CRM may still be deleting its stack."""
        try:
            return Waiter(LOOKING).until(
                lambda _: find(self._aws, run.run_id), lambda left: not left, LAST_BREATH_S
            )
        except WaitTimeout as late:
            left: list[Thing] = late.last
            return left

    def _lease_has_ended(self) -> None:
        run_id = self._newest.run_id

        def ended(_: float) -> bool:
            live = look_for_expired(self._aws).on_lease
            return all(thing.run_id != run_id for thing in live)

        Waiter(LOOKING).until(ended, bool, PATIENCE_S)


def operation_of(context: Context) -> Operation:
    """Return what the sentences of chapter 6 do in the scenario that is running."""
    if "operation" not in context:
        context.operation = Operation(context.run.settings, context.run.aws)
        context.add_cleanup(context.operation.tidy)
    operation: Operation = context.operation
    return operation


def _new_id() -> str:
    return uuid4().hex[:8]


def _files(reports: Path) -> frozenset[str]:
    """Return every file of the project that is no tool's and no report."""
    aside, found = reports.absolute(), set[str]()
    for folder, folders, names in os.walk("."):
        folders[:] = [each for each in folders if _counts(Path(folder) / each, aside)]
        found |= {str(Path(folder) / name) for name in names if not name.startswith(".coverage")}
    return frozenset(found)


def _counts(folder: Path, aside: Path) -> bool:
    """Say whether a folder is neither a tool's nor that of the reports."""
    is_tools = folder.name in UNTRACED or folder.name.endswith("_cache")
    return not is_tools and folder.absolute() != aside
