"""The listener that turns one scenario after the other into an Allure result."""

import time
import uuid
from collections import Counter
from typing import Any

import allure_commons
from allure_behave.listener import AllureListener
from allure_commons.model2 import Label, Parameter, StatusDetails, TestStepResult
from behave.configuration import Configuration
from behave.model import Scenario, Step

from support.reporting.describing import description
from support.reporting.naming import PlaceOf, identity, labels, row_of, title
from support.reporting.outcomes import Outcome, scenario_outcome, step_outcome


class Listener(AllureListener):  # type: ignore[misc]  # it has no types
    """Write one scenario after the other, with the names, places and outcomes of ours."""

    def __init__(self, config: Configuration, place_of: PlaceOf) -> None:
        super().__init__(config)
        self.current_scenario_uuid: str | None = None
        self._place_of = place_of
        self._times_seen: Counter[tuple[str, ...]] = Counter()
        self.cleanup_errors: list[BaseException] = []

    def start_scenario(self, scenario: Scenario) -> None:
        """Open the result of a scenario."""
        super().start_scenario(scenario)
        settings = self.behave_config.userdata
        test = self.logger.get_test(self.current_scenario_uuid)
        test.name = title(scenario)
        test.fullName = f"{scenario.filename}:{scenario.line}"
        test.testCaseId = test.historyId = self._unique(identity(scenario))
        test.description = description(scenario, self._place_of, settings)
        test.parameters = [Parameter(name, cell) for name, cell in row_of(scenario).items()]
        test.labels = [Label(*pair) for pair in labels(scenario, self._place_of, settings)]

    def _unique(self, key: tuple[str, ...]) -> str:
        """Add a number: of two results with one identity Allure shows only the last."""
        self._times_seen[key] += 1
        return " | ".join([*key, f"#{self._times_seen[key]}"])

    def stop_scenario(self, scenario: Scenario) -> None:
        """Close the result of a scenario with what its steps, hooks and cleanups came to."""
        self.flush_steps()
        test = self.logger.get_test(self.current_scenario_uuid)
        outcome = scenario_outcome(scenario, self.cleanup_errors)
        test.status, test.statusDetails, test.stop = outcome.status, details(outcome), now()
        self.logger.close_test(self.current_scenario_uuid)
        self.group_context.exit()
        tell_junit(scenario, outcome)
        self.cleanup_errors.clear()
        self.current_scenario_uuid = None

    def start_behave_step(self, step: Step) -> None:
        """Open a step; its table is in the description, where it shows without a click."""
        self.current_step_uuid = str(uuid.uuid4())
        opened = TestStepResult(name=f"{step.keyword} {step.name}", start=now())
        self.logger.start_step(None, self.current_step_uuid, opened)

    def stop_behave_step(self, step: Step) -> None:
        """Close a step with its outcome."""
        outcome = step_outcome(step)
        self.logger.stop_step(
            self.current_step_uuid,
            stop=now(),
            status=outcome.status,
            statusDetails=details(outcome),
        )

    @allure_commons.hookimpl
    def add_title(self, test_title: str) -> None:
        """Obey `allure.dynamic.title`."""
        self.logger.get_test(self.current_scenario_uuid).name = test_title

    @allure_commons.hookimpl
    def add_label(self, label_type: str, labels: tuple[str, ...]) -> None:
        """Obey `allure.dynamic.label` and its kin: severity, tag, epic, and so on."""
        test = self.logger.get_test(self.current_scenario_uuid)
        test.labels.extend(Label(label_type, value) for value in labels)

    @allure_commons.hookimpl
    def add_parameter(self, name: str, value: Any, excluded: Any, mode: Any) -> None:
        """Obey `allure.dynamic.parameter`."""
        test = self.logger.get_test(self.current_scenario_uuid)
        test.parameters.append(Parameter(name, str(value), excluded, mode and mode.value))


def tell_junit(scenario: Scenario, outcome: Outcome) -> None:
    """Leave words for the JUnit reporter, which has none for an error outside the steps."""
    if scenario.status.name in ("hook_error", "cleanup_error"):
        scenario.error_message = outcome.message


def now() -> int:
    """Return the time in milliseconds since the epoch."""
    return round(time.time() * 1000)


def details(outcome: Outcome) -> StatusDetails | None:
    """Return an outcome's words in Allure's form."""
    if outcome.message is None:
        return None
    return StatusDetails(message=outcome.message, trace=outcome.trace)
