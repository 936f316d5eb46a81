"""What somebody in the domain can do: each act's words, and the command it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass

from support.contract.entities import EntityType


@dataclass(frozen=True)
class Act:
    """Pair a command with its words: "to qualify", "qualifies", "(has) qualified"."""

    command: str
    entity: EntityType
    infinitive: str
    present: str
    past: str
    creates: bool = False

    @property
    def partial(self) -> bool:
        """Return whether the command changes just the fields that it is given."""
        return self.command.startswith(("Update", "Correct"))

    def phrase(self, verb: str) -> str:
        """Return a verb of this act with its object, as sentences have it."""
        return f"{verb} the {self.entity}"


def _acts(entity: EntityType, *rows: tuple[str, str, str, str]) -> tuple[Act, ...]:
    first, *others = rows
    return (
        Act(first[0], entity, *first[1:], creates=True),
        *(Act(r[0], entity, *r[1:]) for r in others),
    )


ACTS: tuple[Act, ...] = (
    *_acts(
        EntityType.ACCOUNT,
        ("CreateAccount", "create", "creates", "created"),
        ("UpdateAccount", "update", "updates", "updated"),
        ("ChangeAccountOwner", "hand over", "hands over", "handed over"),
        ("DeactivateAccount", "deactivate", "deactivates", "deactivated"),
        ("ReactivateAccount", "reactivate", "reactivates", "reactivated"),
    ),
    *_acts(
        EntityType.CONTACT,
        ("CreateContact", "create", "creates", "created"),
        ("UpdateContact", "update", "updates", "updated"),
        ("MoveContactToAccount", "move", "moves", "moved"),
        (
            "WithdrawContactConsent",
            "withdraw consent of",
            "withdraws consent of",
            "withdrawn consent of",
        ),
        ("ArchiveContact", "archive", "archives", "archived"),
    ),
    *_acts(
        EntityType.LEAD,
        ("CreateLead", "create", "creates", "created"),
        ("UpdateLead", "update", "updates", "updated"),
        ("QualifyLead", "qualify", "qualifies", "qualified"),
        ("DisqualifyLead", "disqualify", "disqualifies", "disqualified"),
        ("ConvertLead", "convert", "converts", "converted"),
    ),
    *_acts(
        EntityType.OPPORTUNITY,
        ("CreateOpportunity", "create", "creates", "created"),
        ("ChangeOpportunityStage", "move on", "moves on", "moved on"),
        ("ChangeOpportunityAmount", "revalue", "revalues", "revalued"),
        ("AddOpportunityProduct", "add a product to", "adds a product to", "added a product to"),
        ("WinOpportunity", "win", "wins", "won"),
        ("LoseOpportunity", "lose", "loses", "lost"),
    ),
    Act("LogActivity", EntityType.ACTIVITY, "log", "logs", "logged", creates=True),
    *_acts(
        EntityType.ACTIVITY,
        ("ScheduleActivity", "schedule", "schedules", "scheduled"),
        ("RescheduleActivity", "reschedule", "reschedules", "rescheduled"),
        ("CompleteActivity", "complete", "completes", "completed"),
        ("CancelActivity", "cancel", "cancels", "cancelled"),
    ),
    *_acts(
        EntityType.PRODUCT,
        ("CreateProduct", "create", "creates", "created"),
        ("ChangeProductPrice", "reprice", "reprices", "repriced"),
        ("DiscontinueProduct", "discontinue", "discontinues", "discontinued"),
    ),
    *_acts(
        EntityType.ADDRESS,
        ("AddAddress", "add", "adds", "added"),
        ("CorrectAddress", "correct", "corrects", "corrected"),
        ("MakeAddressPrimary", "make primary", "makes primary", "made primary"),
        ("RemoveAddress", "remove", "removes", "removed"),
    ),
)

CREATING: dict[EntityType, Act] = {
    act.entity: act for act in ACTS if act.creates and act.command != "LogActivity"
}


def act_of(command: str) -> Act:
    """Return the act that a command belongs to."""
    return next(act for act in ACTS if act.command == command)


# The event types that a command may make, its own first.
PROMISED: Mapping[str, tuple[str, ...]] = {
    "CreateAccount": ("AccountCreated",),
    "UpdateAccount": ("AccountUpdated",),
    "ChangeAccountOwner": ("AccountOwnerChanged",),
    "DeactivateAccount": ("AccountDeactivated",),
    "ReactivateAccount": ("AccountReactivated",),
    "CreateContact": ("ContactCreated",),
    "UpdateContact": ("ContactUpdated",),
    "MoveContactToAccount": ("ContactMovedToAccount",),
    "WithdrawContactConsent": ("ContactConsentWithdrawn",),
    "ArchiveContact": ("ContactArchived",),
    "CreateLead": ("LeadCreated",),
    "UpdateLead": ("LeadUpdated",),
    "QualifyLead": ("LeadQualified",),
    "DisqualifyLead": ("LeadDisqualified",),
    "ConvertLead": ("LeadConverted", "AccountCreated", "ContactCreated", "OpportunityCreated"),
    "CreateOpportunity": ("OpportunityCreated",),
    "ChangeOpportunityStage": ("OpportunityStageChanged",),
    "ChangeOpportunityAmount": ("OpportunityAmountChanged",),
    "AddOpportunityProduct": ("OpportunityProductAdded",),
    "WinOpportunity": ("OpportunityWon",),
    "LoseOpportunity": ("OpportunityLost",),
    "LogActivity": ("ActivityLogged",),
    "ScheduleActivity": ("ActivityScheduled",),
    "RescheduleActivity": ("ActivityRescheduled",),
    "CompleteActivity": ("ActivityCompleted",),
    "CancelActivity": ("ActivityCancelled",),
    "CreateProduct": ("ProductCreated",),
    "ChangeProductPrice": ("ProductPriceChanged",),
    "DiscontinueProduct": ("ProductDiscontinued",),
    "AddAddress": ("AddressAdded",),
    "CorrectAddress": ("AddressCorrected",),
    "MakeAddressPrimary": ("AddressMadePrimary",),
    "RemoveAddress": ("AddressRemoved",),
}
