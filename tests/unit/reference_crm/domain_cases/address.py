"""What an address tells, refuses and shows."""

from tests.unit.reference_crm.domain_desk import Act, Refuses, Shows, Tells, act, happened
from tests.unit.reference_crm.domain_samples import (
    ACCOUNT,
    ADDRESS,
    ARCHIVE,
    CONTACT,
    DEPOT,
    MAKE_PRIMARY,
    REMOVE,
)

CORRECT = act("CorrectAddress", "hq", line1="Ring 1", line2=None, country="AT")
MAKE_DEPOT_PRIMARY = act("MakeAddressPrimary", "depot")
HOME = Act("AddAddress", "home", ADDRESS.but(owner_type="contact", owner_id="kim").data)
OWNER = {"owner_type": "account", "owner_id": "acme"}
BOTH = (ACCOUNT, ADDRESS, DEPOT)

EVENTS: list[Tells] = [
    ((ACCOUNT,), ADDRESS, happened("AddressAdded", "hq", **ADDRESS.data)),
    (
        (ACCOUNT,),
        DEPOT,
        happened("AddressAdded", "depot", **DEPOT.data, line2=None, postal_code=None),
    ),
    ((CONTACT, ARCHIVE), HOME, happened("AddressAdded", "home", **HOME.data)),
    (BOTH, CORRECT, happened("AddressCorrected", "hq", line2=None, country="AT")),
    (
        BOTH,
        MAKE_PRIMARY,
        happened("AddressMadePrimary", "hq", **OWNER, replaces=None, nth=1),
    ),
    (
        (*BOTH, MAKE_PRIMARY),
        MAKE_DEPOT_PRIMARY,
        happened("AddressMadePrimary", "depot", **OWNER, replaces="hq", nth=2),
    ),
    (
        (*BOTH, MAKE_PRIMARY, MAKE_DEPOT_PRIMARY),
        MAKE_PRIMARY,
        happened("AddressMadePrimary", "hq", **OWNER, replaces="depot", nth=3),
    ),
    (
        (*BOTH, MAKE_PRIMARY, CONTACT, HOME),
        act("MakeAddressPrimary", "home"),
        happened(
            "AddressMadePrimary",
            "home",
            owner_type="contact",
            owner_id="kim",
            replaces=None,
            nth=1,
        ),
    ),
    (BOTH, REMOVE, happened("AddressRemoved", "hq", reason=None)),
    (
        (*BOTH, MAKE_PRIMARY, MAKE_DEPOT_PRIMARY),
        REMOVE.but(reason="moved"),
        happened("AddressRemoved", "hq", reason="moved"),
    ),
]
REFUSALS: list[Refuses] = [
    ((), ADDRESS, "unknown_owner"),
    ((ACCOUNT,), ADDRESS.but(owner_type="contact"), "unknown_owner"),
    ((ACCOUNT,), ADDRESS.but(owner_type="lead"), "invalid_owner_type"),
    (BOTH, act("CorrectAddress", "hq"), "nothing_to_change"),
    (BOTH, act("CorrectAddress", "hq", country="DE"), "nothing_to_change"),
    (BOTH, CORRECT.but(city=None), "invalid_city"),
    (BOTH, CORRECT.but(line1=None), "invalid_line1"),
    (BOTH, CORRECT.but(country=None), "invalid_country"),
    ((*BOTH, REMOVE), CORRECT, "address_removed"),
    ((*BOTH, MAKE_PRIMARY), MAKE_PRIMARY, "address_primary"),
    ((*BOTH, REMOVE), MAKE_PRIMARY, "address_removed"),
    ((*BOTH, MAKE_PRIMARY), REMOVE, "address_primary"),
    ((*BOTH, REMOVE), REMOVE, "address_removed"),
]
VIEWS: list[Shows] = [
    (BOTH, "hq", {"status": "current", **ADDRESS.data}),
    (
        (*BOTH, MAKE_PRIMARY, CORRECT, MAKE_DEPOT_PRIMARY, REMOVE),
        "hq",
        {**ADDRESS.data, "status": "removed", "line2": None, "country": "AT"},
    ),
]
