"""The kinds of entity that the CRM keeps."""

from enum import StrEnum


class EntityType(StrEnum):
    """A kind of entity, written as it is in an event and in a path."""

    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    ACTIVITY = "activity"
    PRODUCT = "product"
    ADDRESS = "address"
