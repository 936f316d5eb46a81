"""Many changes at once, made up from the run's seed."""

from behave import when
from behave.runner import Context

from support.world import world_of


@when("the tenants make {int} changes of all kinds at random")
def work(context: Context, commands: int) -> None:
    """Let all tenants of the scenario work at the same time; some of it has to be refused."""
    world_of(context).endurance.work(commands)


@when("the tenants make {int} changes of all kinds at random while one trouble follows the other")
def work_in_trouble(context: Context, commands: int) -> None:
    """Let them work while each process is killed, and the transport throttled, in turn."""
    world_of(context).endurance.work_in_trouble(commands)
