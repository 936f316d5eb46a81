"""Reports that cannot be written end the run with a sentence, where an error would end behave."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger
from behave.model import Feature
from behave.reporter.base import Reporter
from behave.reporter.junit import JUnitReporter

from support.errors import ConfigurationError
from support.room import cannot_write

EndRun = Callable[[str], None]


@contextmanager
def ending_the_run(end: EndRun, folder: Path) -> Iterator[None]:
    """Let no error of writing through: it ends the run with a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        end(cannot_write(folder, error))
    except ConfigurationError as error:
        end(str(error))


class Results:
    """Write Allure's files by its own logger; what cannot be written ends the run."""

    def __init__(self, folder: Path, end: EndRun) -> None:
        self._logger: Any = AllureFileLogger(folder)  # type: ignore[no-untyped-call]  # it has no types
        self._careful = partial(ending_the_run, end, folder)

    @hookimpl
    def report_result(self, result: object) -> None:
        """Write a scenario's result."""
        with self._careful():
            self._logger.report_result(result)

    @hookimpl
    def report_container(self, container: object) -> None:
        """Write what belongs to several results."""
        with self._careful():
            self._logger.report_container(container)

    @hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """Copy what is attached."""
        with self._careful():
            self._logger.report_attached_file(source, file_name)

    @hookimpl
    def report_attached_data(self, body: bytes | str, file_name: str) -> None:
        """Write what is attached."""
        with self._careful():
            self._logger.report_attached_data(body, file_name)

    @hookimpl
    def report_globals(self, globals_item: object) -> None:
        """Write what belongs to the whole run."""
        with self._careful():
            self._logger.report_globals(globals_item)


def guard_junit(reporters: Iterable[Reporter], end: EndRun) -> None:
    """Let behave's JUnit files that cannot be written end the run, too."""
    for reporter in reporters:
        if isinstance(reporter, JUnitReporter):
            reporter.feature = partial(_write, reporter.feature, end, reporter)


def _write(
    write: Callable[[Feature], Any], end: EndRun, reporter: JUnitReporter, feature: Feature
) -> None:
    with ending_the_run(end, Path(reporter.config.junit_directory)):
        write(feature)
