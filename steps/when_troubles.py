"""Acts upon the delivery of events: what dies, and what is repaired."""

from behave import when
from behave.runner import Context

from support.faults.hardships import Moment
from support.parties import Party
from support.world import world_of


@when("{party} is killed")
def is_killed(context: Context, party: Party) -> None:
    """End a process of the CRM at once, whatever it is doing."""
    world_of(context).trouble.dies(party)


@when("{party} is started")
def is_started(context: Context, party: Party) -> None:
    """Start a process of the CRM that was stopped or killed."""
    world_of(context).trouble.starts(party)


@when("{party} is started and killed {moment}")
def is_killed_at(context: Context, party: Party, moment: Moment) -> None:
    """Start a process that was stopped, and kill it at this moment of its work."""
    world_of(context).trouble.dies_at(party, moment)


@when("the publisher forgets how far it came")
def forgets(context: Context) -> None:
    """Let a publisher that was stopped begin with the oldest event again when it is started."""
    world_of(context).trouble.forgets()


@when("everything is repaired")
def is_repaired(context: Context) -> None:
    """Repair all that is broken, start what was ended, and see everybody get level."""
    world_of(context).is_repaired()
