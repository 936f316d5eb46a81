"""A made-up behave project in which everything goes wrong that the report must show."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
OUTER_RUN = ("ACCEPTANCE_", "GITHUB_", "CI_", "BUILD_")

BEHAVE_INI = """
[behave]
paths = features
format = allure
outfiles = reports/allure-results
default_format = plain
capture_hooks = no
junit = yes
junit_directory = reports/junit

[behave.formatters]
allure = support.reporting.allure_formatter:AllureFormatter
"""

PRD = """# What is promised

## 1 Guarantees

### 1.3 Order

- **1.3.1** Versions run without gaps.

## 2 Entities

### 2.3 Lead

- **2.3.1** A lead has a name.
- **2.3.2** A lead has a company.
"""

ENVIRONMENT = """
import os
import signal
import allure
from pathlib import Path
from support.reporting.ending import end_run
from support.reporting.evidence import attach_json, attach_text, attach_timeline
from support.reporting.timeline import Kind, Moment
from support.reporting.results_folder import run_verdict

def before_all(context):
    # A process in the background of a script inherits that SIGINT is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    context.config.userdata["seed"] = "4711"
    if "fail_at_the_end" in os.environ:
        context.add_cleanup(fail, RuntimeError("the target could not be stopped"))

def fail(error):
    raise error

def before_feature(context, feature):
    if "feature-broken" in feature.tags:
        raise ConnectionError("the target does not answer")

def before_scenario(context, scenario):
    if "needs-magic" in scenario.effective_tags:
        scenario.skip("the target has no magic")
    if "before-breaks" in scenario.tags:
        raise ConnectionError("no tenant could be opened")
    if "cleanup-fails" in scenario.tags:
        context.add_cleanup(fail, AssertionError("the audit found a loss"))
    if "cleanup-breaks" in scenario.tags:
        context.add_cleanup(fail, OSError("the tenant could not be closed"))
    if "interrupt" in scenario.tags:
        os.kill(os.getpid(), signal.SIGINT)
    if "ends-the-run" in scenario.tags:
        end_run(context, "the emulator has ended: run again")

def after_scenario(context, scenario):
    if "after-fails" in scenario.tags:
        raise AssertionError("the audit found a phantom")
    if "dynamic" in scenario.tags:
        allure.dynamic.title("A title given while it ran")
        allure.dynamic.severity("critical")
        allure.dynamic.parameter("tenants", 3)
    if "evidence" in scenario.tags:
        attach_timeline("What happened", [Moment(Kind.COMMAND, 1.0, "CreateLead")])
        attach_json("The view", {"name": "Zoë"})
        attach_text("Findings", "none")

def after_all(context):
    with run_verdict(Path("reports/allure-results"), "The audit at the end of the run"):
        assert "audit_fails" not in os.environ, "1 event belongs to no scenario"
"""

STEPS = """
from behave import given, then
from support.errors import Inconclusive

@given("an account")
@given("these leads")
@given('a lead of kind "{kind}"')
@then("all is well")
def fine(context, kind=""): pass

@then("a promise is broken")
def promise(context):
    raise AssertionError("expected LeadCreated\\n  arrived nothing")

@then("a bare check fails")
def bare(context):
    assert 1 + 1 == 3

@then("the machinery breaks")
def machinery(context):
    try:
        {}["queue"]
    except KeyError as error:
        raise ConnectionError("nobody answers") from error

@then("there is no evidence")
def evidence(context):
    raise Inconclusive("the fence did not come back")
"""

LEADS = """
@prd-2.3
Feature: Leads
  Sales works on leads.

  @prd-2.3.1 @prd-1.3.1 @smoke @long_tag
  Scenario: A lead is announced
    Nobody waits for it.
    Given these leads
      | name  |
      | Curie |
    Then all is well

  @prd-2.3.1
  Scenario: The same name
    Then a promise is broken

  Scenario: A bare check
    Then a bare check fails
    Then all is well

  Scenario: Trouble
    Then the machinery breaks

  Scenario: No evidence
    Then there is no evidence

  @needs-magic
  Scenario: A thing that cannot be done
    Then all is well

  Scenario: A forgotten step
    Then nobody wrote this

  Scenario Outline: A <kind> lead
    Given a lead of kind "<kind>"
    Examples:
      | kind    |
      | web     |
      | partner |

  Scenario Outline: Any lead
    Given a lead of kind "<kind>"
    Examples:
      | kind    | how  |
      | web     | fast |
      | web     | fast |

  @before-breaks
  Scenario: A hook breaks before it
    Then all is well

  @after-fails
  Scenario: A hook fails after it
    Then all is well

  @cleanup-fails
  Scenario: A cleanup fails
    Then all is well

  @cleanup-breaks
  Scenario: A cleanup breaks
    Then all is well

  @cleanup-fails @cleanup-breaks
  Scenario: Everything goes wrong
    Then a promise is broken

  @dynamic
  Scenario: A title that changes
    Then all is well

  @evidence
  Scenario: With evidence
    Then all is well
"""

ORDER = """
@prd-1.3
Feature: Order
  Scenario: The same name
    Then all is well

  Rule: Within a rule
    @prd-1.3.1
    Scenario: A scenario in a rule
      Given these leads
        | name  |
        | Curie |
"""

UNPREPARED = """
@prd-1.3 @feature-broken
Feature: Unprepared
  Scenario: It never runs
    Then all is well
"""

UNPLACED = """
Feature: Unplaced
  Scenario: Without a clause
    Then all is well
"""

EVERYTHING = {
    "features/leads.feature": LEADS,
    "features/order.feature": ORDER,
    "features/unprepared.feature": UNPREPARED,
    "features/unplaced.feature": UNPLACED,
}


@dataclass(frozen=True)
class TinyProject:
    """Hold a project in a folder of its own, run by behave in a process of its own."""

    folder: Path

    @property
    def results_folder(self) -> Path:
        """Return where the results are."""
        return self.folder / "reports" / "allure-results"

    def write(self, features: Mapping[str, str]) -> "TinyProject":
        """Write the project's files."""
        files = {"behave.ini": BEHAVE_INI, "environment.py": ENVIRONMENT, "steps/steps.py": STEPS}
        for name, text in {**files, "features/PRD.md": PRD, **features}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self

    def run(self, *arguments: str, **environ: str) -> int:
        """Run behave and return its exit code."""
        command = [sys.executable, "-m", "behave", *arguments]
        inherited = {n: v for n, v in os.environ.items() if not n.startswith(OUTER_RUN)}
        told = {**inherited, "PYTHONPATH": str(ROOT), **environ}
        done = subprocess.run(
            command, cwd=self.folder, env=told, capture_output=True, timeout=60, check=False
        )
        return done.returncode

    def results(self) -> list[dict[str, Any]]:
        """Return all results, the first to start first."""
        files = self.results_folder.glob("*-result.json")
        read = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        return sorted(read, key=lambda result: int(result["start"]))

    def result(self, name: str) -> dict[str, Any]:
        """Return the one result of a name."""
        (found,) = [result for result in self.results() if result["name"] == name]
        return found

    def junit(self) -> str:
        """Return all JUnit files as one text."""
        files = sorted((self.folder / "reports" / "junit").glob("*.xml"))
        return "\n".join(file.read_text(encoding="utf-8") for file in files)
