"""Many changes at once, made up from the run's seed."""

from behave import when
from behave.runner import Context

from support.world import world_of


@when("the tenants make {int} changes of all kinds at random")
def work(context: Context, commands: int) -> None:
    """Let all tenants of the scenario work at the same time; some of it has to be refused."""
    world_of(context).endurance.work(commands)


@when("the tenants make {int} changes of all kinds at random while processes die")
def work_in_trouble(context: Context, commands: int) -> None:
    """Let them work while publisher and subscribers are killed and started, again and again."""
    world_of(context).endurance.work_in_trouble(commands)
