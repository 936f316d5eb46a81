"""How things stand at a tenant, and what has changed about that: in words."""

from collections import Counter
from collections.abc import Iterator, Sequence

from support.crm.port import PipelineTotal, View
from support.judging.case import Document
from support.judging.expectations import spell
from support.judging.rows import NameOf, causes, event_row, pipeline_row, view_row

State = tuple[Sequence[Document], Sequence[View], Sequence[PipelineTotal]]
UNTOLD = "the same, in another order or with other ids"


def changes(before: State, now: State, name_of: NameOf) -> list[str]:
    """Return what was and is no more, then what is and was not, a line each."""
    was, is_now = Counter(_lines(before, name_of)), Counter(_lines(now, name_of))
    gone, new = (was - is_now).elements(), (is_now - was).elements()
    return [*(f"was: {line}" for line in gone), *(f"is:  {line}" for line in new)] or [UNTOLD]


def _lines(state: State, name_of: NameOf) -> Iterator[str]:
    history, views, totals = state
    cause = causes(history)
    for event in history:
        yield spell(event_row(event, cause(event), name_of))
    for view in views:
        yield f"the {view.entity_type} {name_of(view.entity_id)!r} reads {shown(view, name_of)}"
    for total in totals:
        yield f"the pipeline totals {spell(pipeline_row(total))}"


def shown(view: View, name_of: NameOf) -> str:
    """Return what a view shows on one line."""
    return spell(view_row(view, name_of))
