"""What must have happened before an act: so that any of them can be asked for by name alone."""

from collections.abc import Iterator, Mapping

from support.acting import NOTHING_SAID, REQUIRED_REFERENCES
from support.acts import CREATING, Act, act_of
from support.contract.entities import EntityType
from support.vocabulary import CellRow

# Beside its creation, which every change of an entity needs.
BEFORE: Mapping[str, str] = {"ReactivateAccount": "DeactivateAccount", "ConvertLead": "QualifyLead"}
BORN_WITH: Mapping[str, CellRow] = {"WithdrawContactConsent": {"consent": True}}
Preparation = tuple[Act, str, CellRow]


def preparations(act: Act, name: str) -> Iterator[Preparation]:
    """Give the acts that lead up to this one, in order, each with a name and what to say."""
    chain = [act] if act.creates else [CREATING[act.entity], act]
    for kind in sorted({kind for each in chain for kind in _needed(each)} - {act.entity}):
        yield CREATING[kind], f"some {kind}", NOTHING_SAID
    if not act.creates:
        yield CREATING[act.entity], name, BORN_WITH.get(act.command, NOTHING_SAID)
    if before := BEFORE.get(act.command):
        yield act_of(before), name, NOTHING_SAID


def _needed(act: Act) -> Iterator[EntityType]:
    if act.command in REQUIRED_REFERENCES:
        yield REQUIRED_REFERENCES[act.command][1]
