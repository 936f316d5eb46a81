"""Acts of those who operate the suite: its runs, and how they end."""

from behave import when
from behave.runner import Context

from support.operation.endings import Ending
from support.operation.operation import operation_of


@when("a run of the suite {ending}")
def run_ends(context: Context, ending: Ending) -> None:
    """Let a run of the suite, beside this one at the same target, end in this way."""
    operation_of(context).run_that(ending)


@when("a run of the suite on an emulator of its own {ending}")
def embedded_run_ends(context: Context, ending: Ending) -> None:
    """Let a run of the suite that starts its own emulator end in this way."""
    operation_of(context).run_that(ending, "embedded")


@when("two runs of the suite pass at the same time")
def two_at_once(context: Context) -> None:
    """Let two runs of the suite, at the same target, pass beside each other."""
    operation_of(context).two_at_once()


@when("what has expired is swept")
def swept(context: Context) -> None:
    """Sweep by the command, once the lease of the run has ended."""
    operation_of(context).sweep()


@when("the next run of the suite passes")
def next_run(context: Context) -> None:
    """Let another run pass, once the lease of the run before has ended."""
    operation_of(context).next_run()
