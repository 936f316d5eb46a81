"""The formatter that writes Allure results; allure-behave's own loses or hides some of them."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from itertools import zip_longest
from pathlib import Path

import allure_commons
from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.formatter.base import Formatter, StreamOpener
from behave.matchers import Match
from behave.model import Feature, Scenario, Step
from behave.runner import Context, ModelRunner

from support.errors import ConfigurationError
from support.reporting.allure_listener import Listener
from support.reporting.ending import end_run, why_ended
from support.reporting.full_disk import Results, ending_the_run
from support.reporting.naming import home, place_in_prd
from support.reporting.outcomes import Outcome, Status, feature_outcome, worst_of
from support.reporting.results_folder import (
    empty_jobs,
    empty_junit,
    empty_results,
    of_job,
    write_executor,
    write_run_verdict,
)
from support.room import claim

DEFAULT_REPORTS = "reports"
RESULTS = "allure-results"
DEFAULT_FOLDER = f"{DEFAULT_REPORTS}/{RESULTS}"
REQUIREMENTS = Path("features/PRD.md")
KEEP_RESULTS = "ACCEPTANCE_KEEP_RESULTS"
REPORTS = "ACCEPTANCE_REPORTS"
YES = ("1", "true", "yes", "on")
REST = "Scenarios that are not in this report never ran."


def allure_folder(config: Configuration) -> Path | None:
    """Return the folder that the Allure formatter of a run writes to, or None without one."""
    outfiles = (opener.name for opener in config.outputs)
    chosen = zip_longest(config.format or (), outfiles)
    folders = (Path(file or DEFAULT_FOLDER) for name, file in chosen if name and "allure" in name)
    return next(folders, None)


class AllureFormatter(Formatter):  # type: ignore[misc]  # it has no types
    """Write Allure results: `-f support.reporting.allure_formatter:AllureFormatter -o FOLDER`.

    `-D keep_results=true` adds to the results of another process of the same run.
    """

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)
        self._folder = Path(stream_opener.name or DEFAULT_FOLDER)
        self._place_of = place_in_prd(REQUIREMENTS)
        self._listener = Listener(config, self._place_of)
        self._plugins: list[object] = []
        self._feature: Feature | None = None
        self._context: Context | None = None
        self._handle_cleanup_error = Context.print_cleanup_error
        if not config.dry_run:
            try:
                self._open_folder(os.environ)
            except OSError as error:
                raise ConfigError(
                    f"nothing can be written to {self._folder}: {error}; name a folder with -o"
                ) from error
            except ConfigurationError as error:
                raise ConfigError(str(error)) from error

    def _open_folder(self, environ: Mapping[str, str]) -> None:
        keep = self.config.userdata.get("keep_results", environ.get(KEEP_RESULTS, "no"))
        kept = keep.lower() in YES
        self._folder.mkdir(parents=True, exist_ok=True)
        self._claimed = os.open(self._folder, os.O_RDONLY)
        claim(self._claimed, self._folder, with_others=kept)
        if not kept:
            empty_results(self._folder)
            self._forget_jobs(environ)
            if self.config.junit:
                empty_junit(Path(self.config.junit_directory))
        self._plugins = [self._listener, Results(self._folder, self._end_run)]
        for plugin in self._plugins:
            allure_commons.plugin_manager.register(plugin)
        write_executor(self._folder, environ)

    def _forget_jobs(self, environ: Mapping[str, str]) -> None:
        """Remove an earlier run's jobs if they are this folder's: who has claimed it owns them."""
        told = self.config.userdata.get("reports", environ.get(REPORTS, DEFAULT_REPORTS))
        if (Path(told) / RESULTS).resolve() == self._folder.resolve():
            empty_jobs(Path(told))

    def feature(self, feature: Feature) -> None:
        """Record the scenarios of a feature, those of its outlines and rules too."""
        self._feature = feature
        for scenario in feature.walk_scenarios():
            scenario.run = partial(self._record, scenario, scenario.run)

    def _record(
        self, scenario: Scenario, run: Callable[[ModelRunner], bool], runner: ModelRunner
    ) -> bool:
        """Run a scenario inside its result, so that its hooks and cleanups are part of it."""
        self._watch(runner.context)
        if not (scenario.should_run(self.config) or scenario.skip_reason):
            return run(runner)
        self._listener.start_scenario(scenario)
        try:
            return run(runner)
        finally:
            self._listener.stop_scenario(scenario)

    def _watch(self, context: Context) -> None:
        """Hear of cleanup errors, the run's too: behave prints them and keeps only a count."""
        if self._context is None:
            self._context = context
            self._handle_cleanup_error = getattr(
                context, "on_cleanup_error", context.print_cleanup_error
            )
            # Set otherwise it would last as long as what is under way.
            context._set_root_attribute("on_cleanup_error", self._note_cleanup_error)  # noqa: SLF001

    def _note_cleanup_error(self, context: Context, cleanup: object, error: Exception) -> None:
        self._listener.cleanup_errors.append(error)
        self._handle_cleanup_error(context, cleanup, error)

    def step(self, step: Step) -> None:
        """Announce a step."""
        if self._listener.current_scenario_uuid:
            self._listener.schedule_step(step)

    def match(self, match: Match) -> None:
        """Open the next announced step."""
        if self._listener.current_scenario_uuid:
            self._listener.match_step(match)

    def result(self, step: Step) -> None:
        """Close the open step."""
        if self._listener.current_scenario_uuid:
            self._listener.stop_behave_step(step)

    def eof(self) -> None:
        """Show a feature whose own hooks or cleanups failed: its scenarios are just missing."""
        errors = self._listener.cleanup_errors
        if self._feature and (outcome := feature_outcome(self._feature, errors)):
            where = dict(home(self._feature, [], self._place_of))
            self._show(f"Around the feature: {self._feature.name}", outcome, where)
        errors.clear()

    def close(self) -> None:
        """Show how the run itself ended if that was not well, and let go of Allure."""
        if self._context is not None and self._context.aborted:
            name, outcome = _cut_short(why_ended(self._context))
            self._show(of_job(name, self.config.userdata), outcome)
        if errors := self._listener.cleanup_errors:
            self._show(of_job("The end of the run", self.config.userdata), worst_of(errors))
        for plugin in self._plugins:
            allure_commons.plugin_manager.unregister(plugin)
        if self._plugins:
            os.close(self._claimed)

    def _show(self, name: str, outcome: Outcome, where: Mapping[str, str] | None = None) -> None:
        with ending_the_run(self._end_run, self._folder):
            write_run_verdict(self._folder, name, outcome, labels=where)

    def _end_run(self, sentence: str) -> None:
        if self._context is not None:
            end_run(self._context, sentence)


def _cut_short(why: str | None) -> tuple[str, Outcome]:
    """Return what a run is called that was not carried through, and what is to be said of it."""
    if why is None:
        return "The run was interrupted", Outcome(Status.BROKEN, f"The run was interrupted. {REST}")
    return "The run could not go on", Outcome(Status.BROKEN, f"{why}\n{REST}")
