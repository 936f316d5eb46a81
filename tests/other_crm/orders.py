"""Every order that can be given: its fields, its event, what bars it, and its rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tests.other_crm import rules
from tests.other_crm.fields import (
    CONTROL_BUT_LINES,
    Field,
    Refused,
    country,
    day,
    email,
    may,
    moment,
    money,
    need,
    one_of,
    read_fields,
    sku,
    text,
    thing_id,
    whole,
    yes_or_no,
)

Fields = Mapping[str, Field]
LINE, PHONE = text(255), text(50)
NOTES = text(None, CONTROL_BUT_LINES)
NONE: Fields = MappingProxyType({})
WHY: Fields = {"reason": need(LINE)}
MAYBE_WHY: Fields = {"reason": may(LINE)}
PERSON: Fields = {
    "last_name": need(LINE),
    "first_name": may(LINE),
    "email": may(email),
    "phone": may(PHONE),
}
LEAD: Fields = {**PERSON, "company": need(LINE), "source": may(LINE)}
ABOUT: Fields = {
    "subject": need(LINE),
    "regarding_type": need(one_of("account", "contact", "lead", "opportunity")),
    "regarding_id": need(thing_id),
    "notes": may(NOTES),
}
PLACE: Fields = {
    "line1": need(LINE),
    "line2": may(LINE),
    "postal_code": may(LINE),
    "city": need(LINE),
    "country": need(country),
}
CUSTOMER: Fields = {"name": need(LINE), "industry": may(LINE)}
DEAL: Fields = {"amount": need(money), "close_date": need(day)}
STAGES = one_of("prospecting", "qualification", "proposal", "negotiation")
OWNER: Fields = {"owner_type": need(one_of("account", "contact")), "owner_id": need(thing_id)}

# In which standing an order is refused, and how.
LEFT = {"inactive": "account inactive"}
PUT_AWAY = {"archived": "contact archived"}
GONE = {"disqualified": "lead disqualified", "converted": "lead converted"}
CLOSED = dict.fromkeys(("won", "lost"), "opportunity closed")
NOT_OPEN = dict.fromkeys(("logged", "completed", "cancelled"), "activity not open")
NOT_SOLD = {"discontinued": "product discontinued"}
REMOVED = {"removed": "address removed"}


@dataclass(frozen=True)
class Order:
    """Describe one kind of order; a `partial` one changes just what it names."""

    kind: str
    event: str
    fields: Fields
    rule: rules.Rule = rules.plain
    creates: bool = False
    partial: bool = False
    bars: Mapping[str, str] = field(default_factory=dict)

    def read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data as they are kept; raises Refused."""
        return read_fields(self.fields, data, partial=self.partial)

    def require_unbarred(self, state: rules.State) -> None:
        """Refuse what cannot be done any more, or not yet."""
        standing = state["stage"] if self.kind == "opportunity" else state["status"]
        if standing in self.bars:
            raise Refused(self.bars[standing], f"the {self.kind} is {standing}")


def _new(kind: str, event: str, fields: Fields, rule: rules.Rule = rules.plain) -> Order:
    return Order(kind, event, fields, rule, creates=True)


def _edit(kind: str, event: str, fields: Fields, bars: Mapping[str, str]) -> Order:
    return Order(kind, event, fields, rules.corrected, partial=True, bars=bars)


def _act(
    kind: str,
    event: str,
    fields: Fields,
    bars: Mapping[str, str],
    rule: rules.Rule = rules.plain,
) -> Order:
    return Order(kind, event, fields, rule, bars=bars)


ORDERS: Mapping[str, Order] = {
    "create_account": _new("account", "AccountCreated", {**CUSTOMER, "owner": need(LINE)}),
    "update_account": _edit("account", "AccountUpdated", CUSTOMER, LEFT),
    "change_account_owner": _act(
        "account", "AccountOwnerChanged", {"owner": need(LINE)}, LEFT, rules.owner_changed
    ),
    "deactivate_account": _act("account", "AccountDeactivated", WHY, LEFT),
    "reactivate_account": _act(
        "account", "AccountReactivated", MAYBE_WHY, {"active": "account active"}
    ),
    "create_contact": _new(
        "contact",
        "ContactCreated",
        {
            **PERSON,
            "account_id": may(thing_id),
            "consent": Field(yes_or_no, required=False, default=False),
        },
        rules.at_account,
    ),
    "update_contact": _edit("contact", "ContactUpdated", PERSON, PUT_AWAY),
    "move_contact_to_account": _act(
        "contact",
        "ContactMovedToAccount",
        {"account_id": need(thing_id)},
        PUT_AWAY,
        rules.contact_moved,
    ),
    "withdraw_contact_consent": _act(
        "contact", "ContactConsentWithdrawn", MAYBE_WHY, PUT_AWAY, rules.consent_withdrawn
    ),
    "archive_contact": _act("contact", "ContactArchived", MAYBE_WHY, PUT_AWAY),
    "create_lead": _new("lead", "LeadCreated", LEAD),
    "update_lead": _edit("lead", "LeadUpdated", LEAD, GONE),
    "qualify_lead": _act(
        "lead",
        "LeadQualified",
        {"score": need(whole(0, 100))},
        {**GONE, "qualified": "lead qualified"},
    ),
    "disqualify_lead": _act("lead", "LeadDisqualified", WHY, GONE),
    "convert_lead": _act(
        "lead",
        "LeadConverted",
        {
            "opportunity_name": need(LINE),
            **DEAL,
            "owner": need(LINE),
            "account_id": may(thing_id),
        },
        {**GONE, "new": "lead not qualified"},
        rules.converted,
    ),
    "create_opportunity": _new(
        "opportunity",
        "OpportunityCreated",
        {"account_id": need(thing_id), "name": need(LINE), **DEAL},
        rules.deal_begun,
    ),
    "change_opportunity_stage": _act(
        "opportunity",
        "OpportunityStageChanged",
        {"stage": need(STAGES)},
        CLOSED,
        rules.stage_changed,
    ),
    "change_opportunity_amount": _act(
        "opportunity",
        "OpportunityAmountChanged",
        {"amount": need(money)},
        CLOSED,
        rules.amount_changed,
    ),
    "add_opportunity_product": _act(
        "opportunity",
        "OpportunityProductAdded",
        {"product_id": need(thing_id), "quantity": need(whole(1, 1_000_000))},
        CLOSED,
        rules.product_added,
    ),
    "win_opportunity": _act("opportunity", "OpportunityWon", NONE, CLOSED, rules.deal_closed),
    "lose_opportunity": _act("opportunity", "OpportunityLost", WHY, CLOSED, rules.deal_closed),
    "log_activity": _new(
        "activity",
        "ActivityLogged",
        {
            "kind": need(one_of("call", "email", "meeting", "note")),
            **ABOUT,
            "happened_at": need(moment),
        },
        rules.about,
    ),
    "schedule_activity": _new(
        "activity",
        "ActivityScheduled",
        {
            "kind": need(one_of("call", "email", "meeting", "task")),
            **ABOUT,
            "due_at": need(moment),
        },
        rules.planned,
    ),
    "reschedule_activity": _act(
        "activity",
        "ActivityRescheduled",
        {"due_at": need(moment)},
        NOT_OPEN,
        rules.rescheduled,
    ),
    "complete_activity": _act("activity", "ActivityCompleted", {"outcome": may(LINE)}, NOT_OPEN),
    "cancel_activity": _act("activity", "ActivityCancelled", WHY, NOT_OPEN),
    "create_product": _new(
        "product",
        "ProductCreated",
        {"sku": need(sku), "name": need(LINE), "price": need(money)},
        rules.product_created,
    ),
    "change_product_price": _act(
        "product", "ProductPriceChanged", {"price": need(money)}, NOT_SOLD, rules.price_changed
    ),
    "discontinue_product": _act("product", "ProductDiscontinued", MAYBE_WHY, NOT_SOLD),
    "add_address": _new("address", "AddressAdded", {**OWNER, **PLACE}, rules.address_added),
    "correct_address": _edit("address", "AddressCorrected", PLACE, REMOVED),
    "make_address_primary": _act(
        "address", "AddressMadePrimary", NONE, REMOVED, rules.made_primary
    ),
    "remove_address": _act("address", "AddressRemoved", MAYBE_WHY, REMOVED, rules.address_removed),
}
