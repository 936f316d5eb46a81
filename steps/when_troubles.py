"""Acts upon the delivery of events: what dies, and what is repaired."""

from behave import when
from behave.runner import Context

from support.parties import Party
from support.world import world_of


@when("{party} is killed")
def is_killed(context: Context, party: Party) -> None:
    """End a process of the CRM at once, whatever it is doing."""
    world_of(context).trouble.dies(party)


@when("everything is repaired")
def is_repaired(context: Context) -> None:
    """Repair all that is broken, start what was ended, and see everybody get level."""
    world_of(context).is_repaired()
