"""What is selected is what behave would run."""

import pytest

from support.errors import ConfigurationError
from support.reporting.written import read_features
from support.side_by_side.selection import Selection, select


def test_everything_is_selected_where_nothing_is_said() -> None:
    """Every feature is there, once, as behave.ini says."""
    chosen = select(Selection())
    assert [each.path for each in chosen] == sorted(str(each.path) for each in read_features())


def test_tags_and_names_select_as_they_do_for_behave() -> None:
    """A file of which nothing is selected is in no job: behave would be red about it."""
    (delivery,) = select(Selection(["features/guarantees"], ["@prd-1.1.1"], ["once"]))
    assert delivery.path == "features/guarantees/delivery.feature"
    assert len(delivery.scenarios) == 1
    assert Selection((), ["@a", "not @b"], ["once"]).options == [
        "--tags=@a",
        "--tags=not @b",
        "--name",
        "once",
    ]


def test_what_is_tagged_slow_is_told() -> None:
    """Nobody knows yet how long it takes, only that it is long."""
    (backlog,) = select(Selection(["features/failures/backlog.feature"]))
    (delivery,) = select(Selection(["features/guarantees/delivery.feature"]))
    assert (backlog.slow, delivery.slow) == (frozenset(backlog.scenarios), frozenset())


def test_a_line_selects_its_scenario() -> None:
    """It is named with its line."""
    (scenario, *_) = select(Selection(["features/guarantees/delivery.feature"]))[0].scenarios
    (chosen,) = select(Selection([scenario]))
    assert (chosen.named, chosen.scenarios) == ((scenario,), (scenario,))


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection((), ["@nobody"]), "no scenario is selected: check the files, tags and names"),
        (Selection(["features/none.feature"]), "behave cannot select that: "),
        (Selection((), ["@a or"]), "behave cannot select that: "),
    ],
)
def test_what_selects_nothing_is_told(selection: Selection, sentence: str) -> None:
    """Before any process is started."""
    with pytest.raises(ConfigurationError) as mistake:
        select(selection)
    assert str(mistake.value).startswith(sentence)
