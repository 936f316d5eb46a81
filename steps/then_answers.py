"""Observations: how commands were answered."""

from behave import then
from behave.runner import Context

from support.world import world_of


@then("the command is refused as {name}")
def refused_as(context: Context, code: str) -> None:
    """Require that the newest command was refused with this code and a sentence."""
    world_of(context).answers.refused_as(code)


@then("the first answer is given again")
def given_again(context: Context) -> None:
    """Require that the repeated command had no effect of its own."""
    world_of(context).answers.given_again()


@then("exactly one edit is accepted and the others are told of the conflict")
def one_edit_won(context: Context) -> None:
    """Require that one edit won."""
    world_of(context).answers.one_edit_won()


@then("one command is carried out and the others get its answer")
def one_carried_out(context: Context) -> None:
    """Require one effect and one answer; who came too early may be told that it is under way."""
    world_of(context).answers.one_carried_out()


@then("one command is carried out and the others are refused as {name}")
def one_accepted(context: Context, code: str) -> None:
    """Require that of the commands of one moment one was accepted, the others refused so."""
    world_of(context).answers.one_accepted(code)


@then("the request is refused as {name}")
def request_refused_as(context: Context, code: str) -> None:
    """Require that all of the newest request, which was no command, was refused with this code."""
    world_of(context).intruder.refused_as(code)
