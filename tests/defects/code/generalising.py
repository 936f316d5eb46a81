"""Defects of what is promised for every kind of entity, and kept at accounts alone."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from support.reference_crm import api, commands, http_requests
from support.reference_crm.domain import COMMANDS, CommandSpec, EntityType, Refused, State
from support.reference_crm.domain.model import Command, Json
from support.reference_crm.request import Request
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort

Data = Mapping[str, Json]
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MAY_HAVE_LINES = "notes"


def versions_count_at_accounts_alone() -> None:
    """The version that an edit is based on is looked at only where an account is edited."""

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def check(request: Request, spec: CommandSpec, *rest: Any) -> None:
            if spec.entity_type is not EntityType.ACCOUNT and request.expected_version is not None:
                fired()
                request = replace(request, expected_version=None)
            real(request, spec, *rest)

        return check

    instead(commands, "_check_existence", make)


def foreign_fields_are_passed_over() -> None:
    """A field that a command does not have is refused at accounts, and passed over elsewhere."""

    def known(command_type: str, data: Data) -> Data:
        fields = COMMANDS[command_type].model.model_fields
        return {name: value for name, value in data.items() if name in fields}

    _parsed_from(known)


def control_characters_are_taken_out() -> None:
    """Control characters are a reason to refuse at accounts, and taken out of texts elsewhere."""

    def cleaned(_: str, data: Data) -> Data:
        return {
            name: CONTROL_CHARACTER.sub("", value)
            if isinstance(value, str) and name != MAY_HAVE_LINES
            else value
            for name, value in data.items()
        }

    _parsed_from(cleaned)


def leads_change_by_nothing() -> None:
    """An update that leaves a lead as it was is accepted."""

    def make(real: Callable[..., dict[str, Json]]) -> Callable[..., dict[str, Json]]:
        def changes(self: Command, state: State) -> dict[str, Json]:
            try:
                return real(self, state)
            except Refused:
                if type(self).__name__ != "UpdateLead":
                    raise
                fired()
                return self.model_dump(mode="json", exclude_unset=True)

        return changes

    instead(Command, "changes", make)


def another_tenant_in_the_data_is_passed_over() -> None:
    """A command whose data name another tenant is carried out, unless it updates an account."""

    def make(real: Callable[..., Request]) -> Callable[..., Request]:
        def request(tenant_id: str, command_type: str, raw: bytes, headers: Any) -> Request:
            body = http_requests.read_json(raw)
            data = body.get("data")
            if command_type == "UpdateAccount" or not isinstance(data, dict):
                return real(tenant_id, command_type, raw, headers)
            if data.pop("tenant_id", None) is None:
                return real(tenant_id, command_type, raw, headers)
            fired()
            return real(tenant_id, command_type, json.dumps(body).encode(), headers)

        return request

    instead(api, "command_request", make)


def _parsed_from(change: Callable[[str, Data], Data]) -> None:
    """Let commands on all but accounts be read from other data."""

    def make(real: Callable[[str, Data], Any]) -> Callable[[str, Data], Any]:
        def parse(command_type: str, data: Data) -> Any:
            spec = COMMANDS.get(command_type)
            if spec is None or spec.entity_type is EntityType.ACCOUNT:
                return real(command_type, data)
            changed = change(command_type, data)
            if changed != data:
                fired()
            return real(command_type, changed)

        return parse

    instead(commands, "parse", make)


GENERALISING_DEFECTS = (
    code_defect(
        versions_count_at_accounts_alone,
        Sort.MISJUDGES,
        ("1.7.2",),
        ("should have been refused as 'version conflict', and was accepted: ['ContactUpdated']",),
    ),
    code_defect(
        foreign_fields_are_passed_over,
        Sort.MISJUDGES,
        ("1.5.4",),
        ("should have been refused as 'unknown field', and was accepted: ['ContactCreated']",),
    ),
    code_defect(
        control_characters_are_taken_out,
        Sort.MISJUDGES,
        ("1.5.13",),
        ("should have been refused as 'invalid last name', and was accepted: ['ContactCreated']",),
    ),
    code_defect(
        leads_change_by_nothing,
        Sort.MISJUDGES,
        ("1.5.5",),
        ("should have been refused as 'nothing to change', and was accepted: ['LeadUpdated']",),
    ),
    code_defect(
        another_tenant_in_the_data_is_passed_over,
        Sort.MISJUDGES,
        ("1.4.3",),
        ("should have been refused as 'wrong tenant', and was accepted: ['LeadCreated']",),
    ),
)
