"""What each Then sentence has been seen to do about each class of defect: the matrix."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tests.support.fake_defects import Defect

CLOSING = "Then every event of this scenario is accounted for"
SHORTEST_REASON = 5

Facts = tuple[str, ...]
Broken = Mapping[Defect, Facts]


class Wrong(Enum):
    """Name a class of defects."""

    MISSING = "missing"
    DUPLICATE = "duplicate"
    OTHER_TENANT = "another tenant's"
    WRONG_VERSION = "wrong version"
    MUTATED = "mutated value"
    LATE = "late"
    UNORDERED = "unordered"


Shown = Mapping[Wrong, Broken]


class By(Enum):
    """Name who goes red; whoever comes before has passed."""

    SENTENCE = "the sentence"
    CLOSING = "the audit that closes the scenario"
    LAST_AUDIT = "the audit at the end of the run"


@dataclass(frozen=True)
class Control:
    """Tell a story that ends in the sentence, and who goes red for each defect, in what words.

    `red` is for the sentence itself, `closing` for the audit that closes the scenario, `at_the_end`
    for that of the run; `besides` holds defects of no class, for which the sentence goes red.
    `honest` happens before anything is wrong. `cannot` says why the sentence cannot show a class,
    `no_fence` why it needs no proof that nothing more is on its way. `withheld` says why something
    is lost, and told as lost, if everything falls silent before the sentence.
    """

    sentence: str
    story: str
    red: Shown = field(default_factory=dict)
    closing: Shown = field(default_factory=dict)
    at_the_end: Shown = field(default_factory=dict)
    honest: str = ""
    besides: Broken = field(default_factory=dict)
    cannot: Mapping[Wrong, str] = field(default_factory=dict)
    no_fence: str = ""
    withheld: str = ""

    @property
    def shown(self) -> Mapping[By, Shown]:
        """Return what is shown, by who shows it."""
        return {By.SENTENCE: self.red, By.CLOSING: self.closing, By.LAST_AUDIT: self.at_the_end}

    @property
    def before(self) -> str:
        """Return the story up to the sentence."""
        return self.story.rsplit("Then ", 1)[0]

    @property
    def last(self) -> str:
        """Return the sentence as the story says it."""
        return f"Then {self.story.rsplit('Then ', 1)[1]}"


@dataclass(frozen=True)
class Case:
    """Hold one defect of a control, who goes red for it, and what the message must contain."""

    control: Control
    defect: Defect
    by: By
    facts: Facts

    def __str__(self) -> str:
        return f"{self.control.sentence} {self.defect.name.lower()} ({self.by.value})"


def cases(controls: Sequence[Control]) -> list[Case]:
    """Return everything that has to go red."""
    return [
        Case(control, defect, by, facts)
        for control in controls
        for by, broken in _all_of(control)
        for defect, facts in broken.items()
    ]


def _all_of(control: Control) -> Iterator[tuple[By, Broken]]:
    yield By.SENTENCE, control.besides
    for by, shown in control.shown.items():
        yield from ((by, broken) for broken in shown.values())


def row(sentence: str, controls: Sequence[Control]) -> Mapping[Wrong, list[str]]:
    """Return in words, for each class, who goes red for what, or why nobody can."""
    ours = [control for control in controls if control.sentence == sentence]
    return {wrong: [line for each in ours for line in _cell(each, wrong)] for wrong in Wrong}


def _cell(control: Control, wrong: Wrong) -> Iterator[str]:
    for by, shown in control.shown.items():
        yield from (f"{by.value}: {defect.value}" for defect in shown.get(wrong, ()))
    if wrong in control.cannot:
        yield f"cannot be: {control.cannot[wrong]}"


def told(sentences: Sequence[str], controls: Sequence[Control]) -> str:
    """Return the rows of the matrix, a line a cell."""
    return "\n".join(
        line for sentence in sentences for line in (sentence, *_row_told(sentence, controls))
    )


def _row_told(sentence: str, controls: Sequence[Control]) -> Iterator[str]:
    for wrong, cell in row(sentence, controls).items():
        yield f"  {wrong.value:<17}{'; '.join(cell) or 'NOTHING IS SAID'}"


def flaws(sentences: Sequence[str], controls: Sequence[Control]) -> Iterator[str]:
    """Name the rows that are not full, and the reasons that are none."""
    for sentence in sentences:
        cells = row(sentence, controls)
        yield from (f"{sentence}: nothing is said of {w.value}" for w in cells if not cells[w])
    for control in controls:
        yield from _poor_reasons(control, controls)


def _poor_reasons(control: Control, controls: Sequence[Control]) -> Iterator[str]:
    for wrong, reason in control.cannot.items():
        name = f"{control.sentence}: {wrong.value}"
        if len(reason.split()) < SHORTEST_REASON:
            yield f"{name} needs a sentence that says why it cannot be, not {reason!r}"
        if len(row(control.sentence, controls)[wrong]) > 1:
            yield f"{name} cannot be, and is shown or excused elsewhere, too"
