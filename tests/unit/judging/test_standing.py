"""What has changed about how things stand is told by the lines that differ."""

from support.crm.port import CurrencyFigures, PipelineTotal
from support.judging.standing import UNTOLD, State, changes
from tests.support.cases import CREATED, GLOBEX, UPDATED, view

NONE = CurrencyFigures(count=0, amount="0")
ONE = CurrencyFigures(count=1, amount="10.00")
BEFORE: State = ([CREATED], [view(CREATED, data={"name": "Globex"})], [])


def _name_of(entity_id: str) -> str:
    return {GLOBEX: "Globex"}[entity_id]


def test_only_what_differs_is_told() -> None:
    """What is as it was helps nobody."""
    changed = view(UPDATED, data={"name": "Globex", "industry": "toys"})
    total = PipelineTotal(currency="EUR", open=ONE, won=NONE, lost=NONE)
    assert changes(BEFORE, ([CREATED, UPDATED], [changed], [total]), _name_of) == [
        "was: the account 'Globex' reads version 1, name 'Globex'",
        "is:  event 'AccountUpdated', about 'Globex', version 2, actor 'kim', cause 'the command', "
        "industry 'toys'",
        "is:  the account 'Globex' reads version 2, name 'Globex', industry 'toys'",
        "is:  the pipeline totals currency 'EUR', open 10.00 EUR, won 0 EUR, lost 0 EUR, "
        "open deals 1, won deals 0, lost deals 0",
    ]


def test_what_no_line_shows_is_told_all_the_same() -> None:
    """An order, or an id: somebody said that it is not the same."""
    assert changes(([CREATED, UPDATED], [], []), ([UPDATED, CREATED], [], []), _name_of) == [UNTOLD]
