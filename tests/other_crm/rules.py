"""What becomes of an order: the changes that it makes, or the refusal. Without any I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.other_crm.fields import Refused

State = Mapping[str, Any]

# What has happened to a thing by the mere name of it.
STANDING: Mapping[str, State] = {
    "AccountCreated": {"status": "active"},
    "AccountDeactivated": {"status": "inactive"},
    "AccountReactivated": {"status": "active"},
    "ContactCreated": {"status": "active"},
    "ContactConsentWithdrawn": {"consent": False},
    "ContactArchived": {"status": "archived"},
    "LeadCreated": {"status": "new"},
    "LeadQualified": {"status": "qualified"},
    "LeadDisqualified": {"status": "disqualified"},
    "LeadConverted": {"status": "converted"},
    "OpportunityCreated": {"products": []},
    "OpportunityWon": {"stage": "won"},
    "OpportunityLost": {"stage": "lost"},
    "ActivityLogged": {"status": "logged"},
    "ActivityScheduled": {"status": "scheduled"},
    "ActivityCompleted": {"status": "completed"},
    "ActivityCancelled": {"status": "cancelled"},
    "ProductCreated": {"status": "active"},
    "ProductDiscontinued": {"status": "discontinued"},
    "AddressAdded": {"status": "current"},
    "AddressRemoved": {"status": "removed"},
}
FORGOTTEN = ("reason", "replaces", "nth")


@dataclass(frozen=True)
class Change:
    """Hold one thing that happens; a `consequence` has the first change of its order as cause."""

    kind: str
    thing: str
    event: str
    payload: State
    consequence: bool = False


@dataclass(frozen=True)
class Outcome:
    """Hold all that an order does; `claims` are who holds what, such as a SKU."""

    changes: tuple[Change, ...]
    claims: Mapping[str, State] = field(default_factory=dict)


@dataclass(frozen=True)
class Matter:
    """Hold what an order is about, and the ways to look at what else there is."""

    kind: str
    thing: str
    event: str
    state: State
    data: Mapping[str, Any]
    look: Callable[[str, str], State | None]
    claim: Callable[[str], State | None]
    new_id: Callable[[str], str]

    def happens(self, **payload: Any) -> Outcome:
        """Return that the order's own event happens to its own thing."""
        return Outcome((Change(self.kind, self.thing, self.event, payload),))

    def find(self, kind: str, thing: str, otherwise: str) -> State:
        """Return another thing; raises Refused in these words if there is none."""
        found = self.look(kind, thing)
        if found is None:
            raise Refused(otherwise, f"there is no {kind} {thing}")
        return found

    def require_account(self, thing: str | None) -> None:
        """Refuse an account that is not there, or is left; none at all is fine."""
        if thing is not None:
            _require_active(self.find("account", thing, "unknown account"))


Rule = Callable[[Matter], Outcome]


def fold(state: State, event: str, payload: State) -> dict[str, Any]:
    """Return what a thing is after an event."""
    if event == "OpportunityProductAdded":
        return {**state, "products": [*state["products"], dict(payload)]}
    kept = {
        name: value
        for name, value in payload.items()
        if name not in FORGOTTEN and not name.startswith("previous_")
    }
    return {**state, **kept, **STANDING.get(event, {})}


def plain(matter: Matter) -> Outcome:
    """Let happen what was asked for, as it was asked for."""
    return matter.happens(**matter.data)


def corrected(matter: Matter) -> Outcome:
    """Let happen what differs from how it is."""
    changed = {k: v for k, v in matter.data.items() if v != matter.state.get(k)}
    if not changed:
        raise Refused("nothing to change", "all of it is so already")
    return matter.happens(**changed)


def at_account(matter: Matter) -> Outcome:
    """Let something begin at an account, or at none."""
    matter.require_account(matter.data["account_id"])
    return plain(matter)


def owner_changed(matter: Matter) -> Outcome:
    """Hand over to somebody else."""
    _require_other(matter.data["owner"], matter.state["owner"], "owner unchanged")
    return matter.happens(owner=matter.data["owner"], previous_owner=matter.state["owner"])


def contact_moved(matter: Matter) -> Outcome:
    """Move to another account."""
    target, now = matter.data["account_id"], matter.state["account_id"]
    _require_other(target, now, "account unchanged")
    matter.require_account(target)
    return matter.happens(account_id=target, previous_account_id=now)


def consent_withdrawn(matter: Matter) -> Outcome:
    """Take back what was given."""
    if not matter.state["consent"]:
        raise Refused("consent not given", "there is no consent to withdraw")
    return plain(matter)


def converted(matter: Matter) -> Outcome:
    """Make a lead an opportunity with a contact, at a new account or one that there is."""
    given, lead = matter.data, matter.state
    matter.require_account(given["account_id"])
    account = given["account_id"] or matter.new_id("account")
    contact, deal = matter.new_id("contact"), matter.new_id("opportunity")
    ids = {"account_id": account, "contact_id": contact, "opportunity_id": deal}
    company = {"name": lead["company"], "owner": given["owner"], "industry": None}
    person = {name: lead[name] for name in ("last_name", "first_name", "email", "phone")}
    business = {
        "account_id": account,
        "name": given["opportunity_name"],
        "amount": given["amount"],
        "close_date": given["close_date"],
        "stage": "prospecting",
        "lead_id": matter.thing,
    }
    made = [
        ("account", account, "AccountCreated", company),
        ("contact", contact, "ContactCreated", {**person, "account_id": account, "consent": False}),
        ("opportunity", deal, "OpportunityCreated", business),
    ]
    follow = [Change(*each, consequence=True) for each in made[bool(given["account_id"]) :]]
    return Outcome((*matter.happens(**ids).changes, *follow))


def deal_begun(matter: Matter) -> Outcome:
    """Begin a deal at an account."""
    matter.require_account(matter.data["account_id"])
    return matter.happens(**matter.data, stage="prospecting", lead_id=None)


def stage_changed(matter: Matter) -> Outcome:
    """Move a deal on, or back."""
    _require_other(matter.data["stage"], matter.state["stage"], "stage unchanged")
    return matter.happens(stage=matter.data["stage"], previous_stage=matter.state["stage"])


def amount_changed(matter: Matter) -> Outcome:
    """Value a deal anew, in its currency."""
    new, now = matter.data["amount"], matter.state["amount"]
    _require_currency(new, now)
    _require_other(_worth(new), _worth(now), "amount unchanged")
    return matter.happens(amount=new, previous_amount=now)


def product_added(matter: Matter) -> Outcome:
    """Put a product on a deal, at its price of now."""
    product = matter.find("product", matter.data["product_id"], "unknown product")
    if product["status"] == "discontinued":
        raise Refused("product discontinued", "it is not sold any more")
    _require_currency(product["price"], matter.state["amount"])
    return matter.happens(**matter.data, sku=product["sku"], unit_price=product["price"])


def deal_closed(matter: Matter) -> Outcome:
    """Win or lose a deal, at its amount."""
    return matter.happens(amount=matter.state["amount"], **matter.data)


def about(matter: Matter) -> Outcome:
    """Note down an activity that is about something."""
    _regarding(matter)
    return plain(matter)


def planned(matter: Matter) -> Outcome:
    """Plan an activity; not with a customer who has left."""
    if matter.data["regarding_type"] == "account":
        _require_active(_regarding(matter))
    else:
        _regarding(matter)
    return plain(matter)


def rescheduled(matter: Matter) -> Outcome:
    """Give an activity another time."""
    new, now = matter.data["due_at"], matter.state["due_at"]
    moments = datetime.fromisoformat(new), datetime.fromisoformat(now)
    _require_other(*moments, "due at unchanged")
    return matter.happens(due_at=new, previous_due_at=now)


def product_created(matter: Matter) -> Outcome:
    """Begin to sell something under a SKU that nobody has."""
    claim = f"sku/{matter.data['sku']}"
    if matter.claim(claim) is not None:
        raise Refused("sku taken", "another product has this SKU")
    return Outcome(plain(matter).changes, {claim: {"thing": matter.thing}})


def price_changed(matter: Matter) -> Outcome:
    """Price a product anew."""
    new, now = matter.data["price"], matter.state["price"]
    if new["currency"] == now["currency"]:
        _require_other(_worth(new), _worth(now), "price unchanged")
    return matter.happens(price=new, previous_price=now)


def address_added(matter: Matter) -> Outcome:
    """Note where somebody is."""
    matter.find(matter.data["owner_type"], matter.data["owner_id"], "unknown owner")
    return plain(matter)


def made_primary(matter: Matter) -> Outcome:
    """Make an address the first of its owner."""
    claim, before = _primary(matter)
    nth = before["nth"] + 1 if before else 1
    owner = {name: matter.state[name] for name in ("owner_type", "owner_id")}
    replaced = before["thing"] if before else None
    told = matter.happens(**owner, replaces=replaced, nth=nth)
    return Outcome(told.changes, {claim: {"thing": matter.thing, "nth": nth}})


def address_removed(matter: Matter) -> Outcome:
    """Forget an address, unless it is the first of its owner."""
    _primary(matter)
    return plain(matter)


def _primary(matter: Matter) -> tuple[str, State | None]:
    claim = f"primary/{matter.state['owner_type']}/{matter.state['owner_id']}"
    holder = matter.claim(claim)
    if holder is not None and holder["thing"] == matter.thing:
        raise Refused("address primary", "it is the primary address")
    return claim, holder


def _regarding(matter: Matter) -> State:
    named = matter.data["regarding_type"], matter.data["regarding_id"]
    return matter.find(*named, "unknown regarding")


def _require_active(account: State) -> None:
    if account["status"] == "inactive":
        raise Refused("account inactive", "the account is not active")


def _require_other(new: object, now: object, otherwise: str) -> None:
    if new == now:
        raise Refused(otherwise, "it is so already")


def _require_currency(new: State, now: State) -> None:
    if new["currency"] != now["currency"]:
        raise Refused("currency mismatch", f"{new['currency']} is not {now['currency']}")


def _worth(money: State) -> Decimal:
    return Decimal(money["amount"])
