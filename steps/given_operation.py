"""Facts about other runs of the suite."""

from behave import given
from behave.runner import Context

from support.operation.operation import operation_of


@given("another run of the suite is under way")
def under_way(context: Context) -> None:
    """Let a run of the suite, at the same target, go on until the scenario ends."""
    operation_of(context).begin_another()
