"""What can be wrong with the CRM in memory, and how an event is distorted by it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum

from tests.support.samples import Document


class Defect(Enum):
    """Say what is wrong with the CRM; fences suffer only from a dead pipe."""

    DEAD_PIPE = "nothing is published at all"
    DROPS = "an event is not published"
    SLOW_BUS = "an event takes an hour to the bus"
    SLOW_SUBSCRIBER = "an event takes an hour to a subscriber"
    UNCAUSED = "an effect forgets its cause"
    LATE = "an event is published when nobody expects it any more"
    DUPLICATES = "the transport delivers twice"
    PUBLISHES_TWICE = "an event is published twice"
    ALTERS = "a value changes on the way"
    ADDS_FIELD = "an event has a field that its schema does not know"
    OTHER_TENANT = "an event goes out in another tenant's name"
    OTHER_TYPE = "an event goes out under another type"
    LEAVES_OUT = "an event does not tell what was changed"
    EXTRA_EVENT = "a command has an event that nobody asked for"
    NO_RECEIPT = "a receipt names no event"
    SKIPS_VERSION = "a version is left out"
    EFFECT_FIRST = "an effect is committed before its cause"
    UNCORRELATED = "an event forgets which request it belongs to"
    ONE_UNCORRELATED = "only one of two alike events forgets its request"
    ACTS_LATE = "a subscriber counts an event as applied before it acts on it"
    NEVER_ACTS = "a subscriber does not act on what it should"
    NOT_APPLIED = "a subscriber does not apply an event"
    APPLIED_TWICE = "a subscriber applies an event twice"
    PARKS_PHANTOM = "a subscriber keeps an event for later that never happened"
    APPLIED_AGAIN = "a subscriber applies an event once more when nobody looks any more"
    STALE_VIEW = "a view leaves out the newest event"
    LOSES_VALUE = "a view does not show a value any more"
    STILL_OPEN = "a view shows a lost opportunity as it was"
    NO_AUDIT_ENTRY = "the audit trail leaves out the newest event"
    COUNTS_TWICE = "the pipeline counts an opportunity twice"
    ACCEPTS_ANYTHING = "what should be refused is accepted"
    WRONG_CODE = "a refusal has another code"
    WRONG_STATUS = "a refusal has another status"
    SPEECHLESS = "a refusal has no sentence"
    CHANGES_ANYWAY = "a refused command has its effect"
    PUBLISHES_ANYWAY = "a refused command is published"
    COUNTS_ANYWAY = "a refused command changes the pipeline, and nothing else"
    CHANGES_ANOTHER = "a refused command has its effect on another tenant"
    FORGETS = "a repeated command is carried out again"
    ANSWERS_ANEW = "a repeated command gets another answer"
    ALL_WIN = "no edit is told of the conflict"
    NONE_WINS = "every edit is told of a conflict"
    ADMITS_ANYBODY = "a request is carried out whatever credential it shows"
    CROSSES = "every own subscription gets the events of every tenant"
    PREFIX_RULE = "an own subscription gets all tenants whose ids begin with its tenant's"
    OWN_MISSES = "an own subscription does not get an event"
    OWN_TWICE = "an own subscription gets an event twice"
    OWN_ALTERS = "an own subscription gets an event other than it was"
    RULE_TOO_WIDE = "the rule of a subscriber lets everything through"
    RULE_TOO_NARROW = "the rule of a subscriber keeps a kind of entity back"
    SECRET_RULE = "a rule delivers to somebody that nobody knows"
    RULE_TWICE = "the rule of a subscriber delivers everything twice"
    RULE_OF_FIRSTS = "the rule of a subscriber lets only first versions through"
    OWN_RENUMBERS = "an own subscription gets an event under another version"
    OWN_OVERTAKES = "an own subscription gets an event after the next one of its entity"
    COMMITS_TWICE = "a change is committed twice, as two versions"
    RENUMBERS = "an event is published under another version than it has"
    OVERTAKES = "an event is published after the next one of its entity"
    FOREIGN_VIEW = "a view says that it is another tenant's"
    VIEWS_OF_ALL = "a view is made of every tenant's events about an id"
    VIEW_BACKWARDS = "a view takes in the versions of its entity backwards"
    TRAIL_OF_ALL = "the audit trail shows every tenant's entries"
    TRAIL_TWICE = "the audit trail has its newest entry twice"
    TRAIL_ALTERS = "the audit trail tells another value"
    TRAIL_BACKWARDS = "the audit trail shows the newest entry first"
    PIPELINE_OF_ALL = "the pipeline counts every tenant's opportunities"
    PIPELINE_ALTERS = "the pipeline adds up other amounts"
    REFUSES_REPEATS = "a repeated command is refused"
    REPEATS_OLD = "with a refusal, an old event is published once more"
    RENUMBERS_OLD = "with a refusal, an old event is published under another version"
    ALTERS_OLD = "with a refusal, an old event is published with another value"
    TAKES_OLD = "with a refusal, a neighbour's old event is published in the tenant's name"
    PUBLISHES_LATER = "a refused command is published when nobody expects it any more"
    REPLAYS_LESS = "a replay leaves out the oldest event"
    REPLAYS_ANEW = "what is replayed has its effect again"
    REBUILDS_LESS = "a rebuild leaves out the oldest event"
    VIEW_LOSES = "with a refusal, the views lose an event"
    VIEW_RENUMBERS = "with a refusal, a view gets another version"
    APPLIES_EARLY = "a subscriber applies what it got too early"
    HIDES_KEPT = "a subscriber does not say what it keeps for later"
    KEEPS_ALL = "a subscriber says that it keeps everything for later"
    SWALLOWS = "a subscriber drops what it cannot take"
    TRIES_ON = "a subscriber goes on trying beyond what was agreed"
    GIVES_UP_TWICE = "a subscriber gives up the same twice"
    FORGETS_REFUSED = "what the transport refuses is forgotten"
    SENDS_REFUSED = "what is set aside has got through all the same"
    RENUMBERS_REFUSED = "what is set aside has another version there"
    ASIDE_TWICE = "what the transport refuses is set aside twice"
    STAYS_ASIDE = "what was given back is still said to be set aside"
    ASIDE_OF_ALL = "what is set aside of one tenant is shown to all"
    NO_REASON = "what is set aside has no reason"
    OTHER_ID_ASIDE = "what is set aside has another event_id there"
    NEVER_STOPS = "a process that was stopped goes on"
    VIEW_ALTERS = "with a refusal, a view gets another value"


def altered(event: Document) -> Document:
    """Return an event that says another name."""
    return {**event, "payload": {**event["payload"], "name": "Someone else"}}


def renumbered(event: Document) -> Document:
    """Return an event under the next version."""
    return {**event, "version": event["version"] + 1}


def dearer(event: Document) -> Document:
    """Return an event about ten times the amount."""
    amount = event["payload"]["amount"]
    more = {**amount, "amount": str(10 * Decimal(amount["amount"]))}
    return {**event, "payload": {**event["payload"], "amount": more}}


# How an old event is told that goes out with a refusal.
OLD: Mapping[Defect | None, Callable[[Document], Document]] = {
    Defect.REPEATS_OLD: dict,
    Defect.RENUMBERS_OLD: renumbered,
    Defect.ALTERS_OLD: altered,
    Defect.TAKES_OLD: dict,
}
