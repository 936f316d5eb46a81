"""Ending a run that cannot go on, and remembering the one sentence that says why."""

from behave.runner import Context

WHY = "ended_because"


def end_run(context: Context, sentence: str) -> None:
    """End a run once what is under way has ended; of several sentences the first one counts."""
    if not context.aborted:
        context._set_root_attribute(WHY, sentence)  # noqa: SLF001 - as behave's own `abort` does
        context.abort(sentence)


def why_ended(context: Context) -> str | None:
    """Return the sentence that a run was ended with; None if there is none: it was interrupted."""
    why: str | None = getattr(context, WHY, None)
    return why
