"""Credentials of tenants: stateless, made from the tenant's id and the CRM's key."""

import hashlib
import hmac
import re

from support.reference_crm.domain import Refused
from support.reference_crm.settings import Secrets

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
BEARER = "Bearer "


class Gatekeeper:
    """Make credentials, and refuse those that do not fit."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def admit_operator(self, authorization: str | None) -> None:
        """Refuse whoever is not the operator."""
        if not _same(_token(authorization), self._secrets.operator_token):
            raise Refused("invalid_credential", "This is not the operator's token.")

    def credential(self, tenant_id: str) -> str:
        """Return the credential of a tenant."""
        signature = hmac.new(self._secrets.credential_key, tenant_id.encode(), hashlib.sha256)
        return f"{tenant_id}.{signature.hexdigest()}"

    def admit(self, authorization: str | None, tenant_id: str) -> None:
        """Refuse a credential that nobody was given, and one that is another tenant's."""
        token = _token(authorization)
        owner, _, _ = token.rpartition(".")
        if not owner or not _same(token, self.credential(owner)):
            raise Refused("invalid_credential", "The request has no valid credential.")
        if owner != tenant_id:
            raise wrong_tenant()


def wrong_tenant() -> Refused:
    """Return the refusal of a request in the name of another tenant."""
    return Refused("wrong_tenant", "The credential does not belong to this tenant.")


def checked_id(value: object, code: str) -> str:
    """Return an id that has the right form, refuse any other with the code."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Refused(
            code,
            "An id has 1 to 100 letters, digits, dots, dashes and underscores,"
            " and begins with a letter or digit.",
        )
    return value


def _token(authorization: str | None) -> str:
    if authorization is None or not authorization.startswith(BEARER):
        raise Refused("invalid_credential", "The request has no credential.")
    return authorization.removeprefix(BEARER)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
