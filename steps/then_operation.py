"""Observations: what runs of the suite leave, see and report."""

from behave import then
from behave.runner import Context

from support.operation.operation import operation_of


@then("nothing is left of the run")
def nothing_left(context: Context) -> None:
    """Require that no process, no file and nothing at the target is left of the run."""
    operation_of(context).nothing_left()


@then("the run says that it has left nothing behind")
def says_so(context: Context) -> None:
    """Require that the run looked for what it might have left, and told that it found nothing."""
    operation_of(context).says_so()


@then("all of the other run is still there")
def untouched(context: Context) -> None:
    """Require that the other run goes on, and has all that it had at the target."""
    operation_of(context).others_untouched()


@then("the runs have seen nothing of each other")
def strangers(context: Context) -> None:
    """Require that neither run's journal has anything of the other."""
    operation_of(context).strangers()


@then("the one command in its report fails in the same way")
def repeats(context: Context) -> None:
    """Require that the command that the report gives ends in the same failure, values and all."""
    operation_of(context).repeats_its_failure()
