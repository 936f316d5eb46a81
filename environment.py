"""How behave starts the run, gives each scenario its World, and closes the books."""

import atexit
import os
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial

from behave.model import Scenario, Status, Step
from behave.runner import Context

from support.interrupts import end_at_once, end_softly, let_nothing_end_this

end_at_once()  # what follows takes a second to import, on a busy machine several

from support.errors import ConfigurationError, CrmTrouble, Inconclusive
from support.final_audit import final_audit
from support.judging.punctuality import spreads
from support.observing.journal import Entry
from support.opening import open_run
from support.repairs import require_repaired
from support.reporting import capabilities, recoveries
from support.reporting.absence import evidence_page
from support.reporting.allure_formatter import allure_folder
from support.reporting.ending import end_run, why_ended
from support.reporting.evidence import attach_json, attach_page, attach_text, attach_timeline
from support.reporting.full_disk import ending_the_run, guard_junit
from support.reporting.moments import moments
from support.reporting.notes import notes_page
from support.reporting.outcomes import Outcome
from support.reporting.outcomes import Status as Ended
from support.reporting.results_folder import (
    Page,
    of_job,
    run_verdict,
    write_environment,
    write_run_verdict,
)
from support.reporting.timings import to_html, to_lines
from support.run import Run
from support.settings import load_settings
from support.vocabulary import define_vocabulary
from support.world import World

CLOSING_SENTENCE = "every event of this scenario is accounted for"
START = "The start of the run"
LEFT_BEHIND = "What the run left behind"
FINAL_AUDIT = "The audit at the end of the run"
POST_MORTEM_PATIENCE_S = 1.0

define_vocabulary()


def before_all(context: Context) -> None:
    """Start what the settings name; whatever ends the run, all of it is taken down again."""
    end_softly()
    guard_junit(context.config.reporters, partial(end_run, context))
    context.results = allure_folder(context.config)
    context.on_cleanup_error = _tell_cleanup_error
    end = ExitStack()
    context.add_cleanup(end.close)
    # Where a formatter or reporter raises, behave ends without any cleanup; closing twice is once.
    atexit.register(end.close)
    try:
        _begin(context, end)
    except (ConfigurationError, CrmTrouble, Inconclusive) as error:
        end_run(context, str(error))


def _begin(context: Context, end: ExitStack) -> None:
    """Open the run, and say what it runs against and cannot do."""
    with _in_report(context, START):
        settings = load_settings(context.config.userdata, os.environ)
        print("; ".join(f"{name} {value}" for name, value in settings.echo().items()))
        context.config.userdata.update(settings.repeat())
        if context.results is not None:
            write_environment(context.results, settings.echo())
        told: list[str] = []
        opened = open_run(settings, partial(_tell, told))
        context.run = opened.__enter__()
        end.callback(_take_down, context, opened, told)
        end.callback(let_nothing_end_this)
    for line in capabilities.at_the_start(context.run.crm.cannot):
        print(line)
    if late := context.run.probe(_selected_tags(context)):
        print(f"Found out when a scenario needs it, it takes the target longer: {', '.join(late)}")


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Give the scenario its World, and a last step that closes its books."""
    if context.aborted:  # behave asks for each row of an outline that is under way all the same
        return
    # Whoever has gone lacks everything: that is no reason to skip what is left of the run.
    if lost := context.run.lost():
        end_run(context, lost)
        return
    if missing := context.run.lacks(scenario.effective_tags):
        context.run.skipped.append(missing)
        scenario.skip(missing)
        return
    require_repaired(context.run)
    name = _full_name(scenario)
    context.run.renewal.if_due()
    context.run.journal.begin(name)
    context.world = World(context.run, name)
    context.add_cleanup(context.world.tidy)
    scenario.steps.append(Step(scenario.filename, scenario.line, "Then", "then", CLOSING_SENTENCE))


def after_scenario(context: Context, scenario: Scenario) -> None:
    """Attach what happened; after a failed step, audit the scenario all the same."""
    if scenario.status is Status.skipped:
        return
    if "world" not in context:
        if scenario.exception is not None:  # it could not begin: whoever judges again has to know
            context.run.journal.begin(_full_name(scenario))
            _note_end(context, scenario.status, _first_error(scenario))
        return
    context.run.scenarios += 1
    context.run.in_doubt = scenario.status is not Status.passed
    _note_end(context, scenario.status, _first_error(scenario))
    try:
        if not context.world.closed and not context.aborted:
            told = context.world.told_after_failure(POST_MORTEM_PATIENCE_S)
            print(f"Audit after the failure: {told}")
            attach_text("Audit after the failure", told)
    finally:
        lines = context.run.journal.lines
        attach_timeline("Commands and deliveries", moments(lines))
        if faults := [line for line in lines if line["entry"] == Entry.FAULT]:
            attach_json("What was broken and repaired", faults)
        if any(line["entry"] == Entry.EVIDENCE for line in lines):
            attach_page("Why we are sure that nothing more came", evidence_page(lines))


def after_all(context: Context) -> None:
    """Audit the run as a whole: events that came late or belong to nobody turn it red."""
    run: Run | None = getattr(context, "run", None)
    if run is None:
        return
    took, share = spreads(run.books.journeys), str(run.books.punctuality())
    notes = run.guest_notes
    told = [f"Timeliness: {share}", *to_lines(took), run.collector.summary(), *notes]
    print("\n".join([*told, *capabilities.to_lines(run.skipped)]))
    if recovered := recoveries.to_lines(run.recoveries):
        print("\n".join(["Recovery:", *recovered]))
    if not context.aborted and (lost := run.lost()):
        end_run(context, lost)  # the last scenario's end was the first to know
    if context.aborted:
        print(f"{FINAL_AUDIT} was skipped: {why_ended(context) or 'the run was interrupted.'}")
        return
    with _in_report(context, FINAL_AUDIT) as pages:
        chart = to_html(share, took, run.settings.objective)
        pages.append(Page("How long events took", chart))
        carried = capabilities.to_html(run.place, run.carried(), run.skipped)
        pages.append(Page("What the target can carry", carried))
        if run.recoveries:
            pages.append(Page("How long recovery took", recoveries.to_html(run.recoveries)))
        if notes:
            pages.append(Page("At somebody else's CRM", notes_page(notes)))
        # Of jobs, one may come too late for any file: who has started them looks at all.
        if not run.scenarios and run.settings.job is None:
            raise LookupError("no scenario ran: check the files, tags and names that were given")
        if stray := final_audit(run):
            raise AssertionError("Late, nobody's, or otherwise than it was:\n" + "\n".join(stray))


def _show(context: Context, name: str, outcome: Outcome) -> None:
    """Show in Allure's report, if there is to be one, how something has ended."""
    if context.results is not None:
        with ending_the_run(partial(end_run, context), context.results):
            write_run_verdict(context.results, of_job(name, context.config.userdata), outcome)


def _in_report(context: Context, name: str) -> AbstractContextManager[list[Page]]:
    """Show in Allure's report, if there is to be one, how a part of the run itself ended."""
    if context.results is None:
        return nullcontext([])
    return run_verdict(context.results, of_job(name, context.config.userdata))


def _selected_tags(context: Context) -> set[str]:
    """Return the tags of all scenarios that are going to run."""
    features = context._runner.features  # noqa: SLF001 - behave has no other door to them
    scenarios = (each for feature in features for each in feature.walk_scenarios())
    selected = (each for each in scenarios if each.should_run(context.config))
    return {tag for each in selected for tag in each.effective_tags}


def _full_name(scenario: Scenario) -> str:
    """Return what a scenario is called in the journal."""
    return f"{scenario.filename}: {scenario.name}"


def _note_end(context: Context, status: Status, error: str) -> None:
    """Keep in the journal how the scenario has ended, in behave's word for it."""
    context.run.journal.add(Entry.OUTCOME, {"status": status.name, "error": error})


def _first_error(scenario: Scenario) -> str:
    """Return what the first step that went wrong said, or else the beginning, or nothing."""
    errors = [*(step.exception for step in scenario.all_steps), scenario.exception]
    return str(next((error for error in errors if error is not None), ""))


def _tell(told: list[str], sentence: str) -> None:
    """Print what the run tells of its beginning and end, and keep it for the report."""
    told.append(sentence)
    print(sentence)


def _tell_cleanup_error(context: Context, cleanup: object, error: Exception) -> None:
    """Print the one sentence of an error of ours; of any other, where it comes from, too.

    The scenario that it ends was noted as what it was before.
    """
    if type(error).__module__.startswith("support."):
        print(f"CLEANUP-ERROR: {error}")
    else:
        Context.print_cleanup_error(context, cleanup, error)
    if "world" in context and not context.run.journal.trouble:
        _note_end(context, Status.cleanup_error, str(error))


def _take_down(context: Context, opened: AbstractContextManager[Run], told: list[str]) -> None:
    """Take the run down, and show in the report what it told: of what is left, an error tells."""
    opened.__exit__(None, None, None)
    _show(context, LEFT_BEHIND, Outcome(Ended.PASSED, "\n".join(told)))
