"""Acts upon the delivery of events: what is repaired."""

from behave import when
from behave.runner import Context

from support.world import world_of


@when("everything is repaired")
def is_repaired(context: Context) -> None:
    """Repair all that is broken, start what was ended, and see everybody get level."""
    world_of(context).is_repaired()
