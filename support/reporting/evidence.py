"""What a scenario shows for its verdict: attachments to the step or scenario that is running."""

import json
from collections.abc import Iterable

import allure

from support.reporting.timeline import Moment, to_html


def attach_json(name: str, value: object) -> None:
    """Attach a value as JSON; what JSON cannot hold is shown as text."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    allure.attach(text, name, allure.attachment_type.JSON)


def attach_timeline(name: str, moments: Iterable[Moment]) -> None:
    """Attach what happened, in order, as a table."""
    allure.attach(to_html(moments), name, allure.attachment_type.HTML)


def attach_page(name: str, html: str) -> None:
    """Attach a page of its own."""
    allure.attach(html, name, allure.attachment_type.HTML)


def attach_text(name: str, text: str) -> None:
    """Attach findings in words."""
    allure.attach(text, name, allure.attachment_type.TEXT)
