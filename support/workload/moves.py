"""What may be done to what a tenant has, what has to be refused, and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from support.acts import Act, act_of
from support.contract.entities import EntityType
from support.vocabulary import CellRow, Named
from support.workload.books import Book, Known

ACCOUNT, CONTACT, LEAD = EntityType.ACCOUNT, EntityType.CONTACT, EntityType.LEAD
OPPORTUNITY, ACTIVITY = EntityType.OPPORTUNITY, EntityType.ACTIVITY
PRODUCT, ADDRESS = EntityType.PRODUCT, EntityType.ADDRESS
STAGES = ("qualification", "proposal", "negotiation")
# Deactivations leave so much in doubt that there must not be too many.
ENOUGH_ACCOUNTS = 3


@dataclass(frozen=True)
class Move:
    """Name one command of a workload; `refused` is the code with which it has to be refused."""

    tenant: str
    act: Act
    name: str
    said: CellRow
    refused: str = ""

    def __str__(self) -> str:
        ending = f", to be refused as {self.refused}" if self.refused else ""
        return f"{self.tenant}: {self.act.command} of {self.name!r}{ending}"


Say = Callable[[Book, Known, Random], CellRow | None]
Effect = Callable[[Book, Known, CellRow], None]
Fits = Callable[[Book, Known], bool]


def _nothing(_book: Book, _known: Known, _rng: Random) -> CellRow:
    return {}


def _no_effect(_book: Book, _known: Known, _said: CellRow) -> None:
    return


@dataclass(frozen=True)
class Change:
    """Say to which entities a command may be sent, with what, and what comes of it.

    `say` returns None where what the command needs is not there.
    """

    state: str = "open"
    fits: Fits = lambda _book, _known: True
    say: Say = _nothing
    effect: Effect = _no_effect


@dataclass(frozen=True)
class Refusal:
    """Say to which entities a command must not be sent, and with which code it is refused."""

    command: str
    code: str
    fits: Fits
    say: Say = _nothing


def _to(state: str) -> Effect:
    def effect(_book: Book, known: Known, _said: CellRow) -> None:
        known.state = state

    return effect


def _deactivated(book: Book, known: Known, _said: CellRow) -> None:
    known.state = "inactive"
    for each in book.hanging_on(known.name):
        each.is_doubtful = True


def _moved(_book: Book, known: Known, said: CellRow) -> None:
    known.account = _name(said["account"])


def _withdrawn(_book: Book, known: Known, _said: CellRow) -> None:
    known.has_consent = False


def _converted(book: Book, known: Known, _said: CellRow) -> None:
    known.state = "converted"
    account = book.add(Known(ACCOUNT, f"{known.name}'s account"))
    book.add(Known(CONTACT, f"{known.name}'s contact", account=account.name))
    book.add(Known(OPPORTUNITY, f"{known.name}'s opportunity", account=account.name))


def _staged(_book: Book, known: Known, said: CellRow) -> None:
    known.stage = str(said["stage"])


def _made_primary(book: Book, known: Known, _said: CellRow) -> None:
    book.primary[known.owner] = known.name


def _other_account(book: Book, known: Known, rng: Random) -> CellRow | None:
    others = [each.name for each in book.of(ACCOUNT) if each.name != known.account]
    return {"account": Named(rng.choice(others))} if others else None


def _other_stage(_book: Book, known: Known, rng: Random) -> CellRow:
    return {"stage": rng.choice([each for each in STAGES if each != known.stage])}


def _same_stage(_book: Book, known: Known, _rng: Random) -> CellRow:
    return {"stage": known.stage}


def _product(book: Book, _known: Known, rng: Random) -> CellRow | None:
    products = book.of(PRODUCT)
    return {"product": Named(rng.choice(products).name)} if products else None


def _is_primary(book: Book, known: Known) -> bool:
    return book.primary.get(known.owner) == known.name


def _is_not_primary(book: Book, known: Known) -> bool:
    return not _is_primary(book, known)


def _in(*states: str) -> Fits:
    return lambda _book, known: known.state in states


CHANGES: Mapping[str, Change] = {
    "UpdateAccount": Change(),
    "ChangeAccountOwner": Change(),
    "DeactivateAccount": Change(
        fits=lambda book, _: len(book.of(ACCOUNT)) > ENOUGH_ACCOUNTS, effect=_deactivated
    ),
    "ReactivateAccount": Change(state="inactive", effect=_to("open")),
    "UpdateContact": Change(),
    "MoveContactToAccount": Change(say=_other_account, effect=_moved),
    "WithdrawContactConsent": Change(fits=lambda _, known: known.has_consent, effect=_withdrawn),
    "ArchiveContact": Change(effect=_to("archived")),
    "UpdateLead": Change(),
    "QualifyLead": Change(effect=_to("qualified")),
    "DisqualifyLead": Change(effect=_to("disqualified")),
    "ConvertLead": Change(state="qualified", effect=_converted),
    "ChangeOpportunityStage": Change(say=_other_stage, effect=_staged),
    "ChangeOpportunityAmount": Change(),
    "AddOpportunityProduct": Change(say=_product),
    "WinOpportunity": Change(effect=_to("closed")),
    "LoseOpportunity": Change(effect=_to("closed")),
    "RescheduleActivity": Change(),
    "CompleteActivity": Change(effect=_to("closed")),
    "CancelActivity": Change(effect=_to("closed")),
    "ChangeProductPrice": Change(),
    "DiscontinueProduct": Change(
        fits=lambda book, _: len(book.of(PRODUCT)) > 1, effect=_to("discontinued")
    ),
    "CorrectAddress": Change(),
    "MakeAddressPrimary": Change(fits=_is_not_primary, effect=_made_primary),
    "RemoveAddress": Change(fits=_is_not_primary, effect=_to("removed")),
}
REFUSALS: Sequence[Refusal] = (
    Refusal("UpdateAccount", "account_inactive", _in("inactive")),
    Refusal("ReactivateAccount", "account_active", _in("open")),
    Refusal("UpdateContact", "contact_archived", _in("archived")),
    Refusal(
        "WithdrawContactConsent",
        "consent_not_given",
        lambda _, known: known.state == "open" and not known.has_consent,
    ),
    Refusal("QualifyLead", "lead_qualified", _in("qualified")),
    Refusal("UpdateLead", "lead_disqualified", _in("disqualified")),
    Refusal("UpdateLead", "lead_converted", _in("converted")),
    Refusal("ConvertLead", "lead_not_qualified", _in("open")),
    Refusal("WinOpportunity", "opportunity_closed", _in("closed")),
    Refusal(
        "ChangeOpportunityStage",
        "stage_unchanged",
        lambda _, known: known.state == "open" and known.stage in STAGES,
        _same_stage,
    ),
    Refusal("CompleteActivity", "activity_not_open", _in("closed", "logged")),
    Refusal("ChangeProductPrice", "product_discontinued", _in("discontinued")),
    Refusal("CorrectAddress", "address_removed", _in("removed")),
    Refusal("MakeAddressPrimary", "address_primary", _is_primary),
)


def changes(book: Book, rng: Random) -> list[tuple[Move, Effect]]:
    """Return, for each command that fits something the tenant has, one such change."""
    found = []
    for command, change in CHANGES.items():
        act = act_of(command)
        fitting = [e for e in book.of(act.entity, state=change.state) if change.fits(book, e)]
        if fitting:
            known = rng.choice(fitting)
            said = change.say(book, known, rng)
            if said is not None:
                found.append((Move(book.tenant, act, known.name, said), change.effect))
    return found


def refusals(book: Book, rng: Random) -> list[Move]:
    """Return, for each way to be refused that fits something the tenant has, one such try."""
    found = []
    for each in REFUSALS:
        act = act_of(each.command)
        known = [e for e in book.all(act.entity) if not e.is_doubtful and each.fits(book, e)]
        if known:
            chosen = rng.choice(known)
            said = each.say(book, chosen, rng) or {}
            found.append(Move(book.tenant, act, chosen.name, said, each.code))
    return found


def _name(value: object) -> str:
    return value.name if isinstance(value, Named) else str(value)
