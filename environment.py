"""How behave starts the run, gives each scenario its World, and closes the books."""

import os
import signal
import sys
from types import FrameType

from behave.model import Scenario, Step
from behave.runner import Context

from support.errors import ConfigurationError
from support.run import open_run
from support.settings import load_settings
from support.vocabulary import define_vocabulary
from support.world import World

define_vocabulary()

CLOSING_SENTENCE = "every event of this scenario is accounted for"


def before_all(context: Context) -> None:
    """Start what the settings name; a wrong setting ends the run with one sentence."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        settings = load_settings(context.config.userdata, os.environ)
        print("settings: " + ", ".join(f"{k}={v}" for k, v in settings.echo().items()))  # noqa: T201
        opened = open_run(settings)
        context.run = opened.__enter__()
    except ConfigurationError as error:
        sys.exit(f"behave: {error}")
    context.add_cleanup(opened.__exit__, None, None, None)


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Give the scenario its World, and a last step that closes its books."""
    if missing := context.run.lacks(scenario.effective_tags):
        scenario.skip(missing)
        return
    name = f"{scenario.filename}: {scenario.name}"
    context.run.journal.scenario = name
    context.world = World(context.run, name)
    context.add_cleanup(context.world.tidy)
    scenario.steps.append(Step(scenario.filename, scenario.line, "Then", "then", CLOSING_SENTENCE))


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
