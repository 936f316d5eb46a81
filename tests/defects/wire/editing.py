"""What becomes of one event, wherever it is: in an entry, a record, an item or a message."""

import copy
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.defects.wire.picking import Pick
from tests.defects.wire.proxy import Document

# What an edit makes of an entry, a write, a record, an item or a message: nothing, one, or several.
Edit = Callable[[Document], Sequence[Document]]
Change = Callable[[Document], Sequence[Document]]


def in_entry(pick: Pick, change: Change) -> Edit:
    """Edit the event of an entry for the bus."""

    def edit(entry: Document) -> Sequence[Document]:
        event = json.loads(entry["Detail"])
        if not pick.takes(event):
            return [entry]
        return [{**entry, "Detail": _text(each)} for each in change(event)]

    return edit


def entry(pick: Pick, change: Change) -> Edit:
    """Edit an entry for the bus as a whole: its source, its type, its bus."""
    return lambda sent: change(sent) if pick.takes(json.loads(sent["Detail"])) else [sent]


def in_record(pick: Pick, change: Change) -> Edit:
    """Edit the event of a record of the stream."""

    def edit(record: Document) -> Sequence[Document]:
        image = record["dynamodb"].get("NewImage", {})
        if "event" not in image or not image["sk"]["S"].startswith("EVENT#"):
            return [record]
        event = json.loads(image["event"]["S"])
        if not pick.takes(event):
            return [record]
        made = [{**image, "event": {"S": _text(each)}} for each in change(event)]
        return [{**record, "dynamodb": {**record["dynamodb"], "NewImage": each}} for each in made]

    return edit


def in_message(pick: Pick, change: Change) -> Edit:
    """Edit the event of a message."""

    def edit(message: Document) -> Sequence[Document]:
        body = json.loads(message["Body"])
        if not pick.takes(body["detail"]):
            return [message]
        texts = [_text({**body, "detail": each}) for each in change(body["detail"])]
        return [{**message, "Body": text, "MD5OfBody": _md5(text)} for text in texts]

    return edit


def in_item(name: str, pick: Pick, change: Change) -> Edit:
    """Edit the event that an item holds under a name, "event" or "entry"."""

    def edit(item: Document) -> Sequence[Document]:
        if name not in item:
            return [item]
        event = json.loads(item[name]["S"])
        if not pick.takes(event):
            return [item]
        return [{**item, name: {"S": _text(each)}} for each in change(event)]

    return edit


def put(where: Callable[[Document], bool], edit: Edit) -> Edit:
    """Edit the item of a write, where its item is such a one."""

    def edited(write: Document) -> Sequence[Document]:
        if "Put" not in write or not where(write["Put"]["Item"]):
            return [write]
        return [{"Put": {**write["Put"], "Item": item}} for item in edit(write["Put"]["Item"])]

    return edited


def update(where: Callable[[Document], bool], edit: Edit) -> Edit:
    """Edit an update, where its key is such a one."""

    def edited(write: Document) -> Sequence[Document]:
        if "Update" not in write or not where(write["Update"]["Key"]):
            return [write]
        return [{"Update": each} for each in edit(write["Update"])]

    return edited


def once(edit: Edit) -> Edit:
    """Edit only the first that there is something to edit about."""
    done = False

    def edited(element: Document) -> Sequence[Document]:
        nonlocal done
        made = [element] if done else edit(element)
        done = done or list(made) != [element]
        return made

    return edited


def pk_ends(ending: str) -> Callable[[Document], bool]:
    """Match items by the end of their partition."""
    return lambda item: str(item["pk"]["S"]).endswith(ending)


def sk_starts(beginning: str) -> Callable[[Document], bool]:
    """Match items by the beginning of their place in the partition."""
    return lambda item: str(item["sk"]["S"]).startswith(beginning)


def lost(_: Document) -> Sequence[Document]:
    """Drop it."""
    return []


def twice(found: Document) -> Sequence[Document]:
    """Double it."""
    return [found, copy.deepcopy(found)]


def altered(**values: Any) -> Change:
    """Give it other values; a callable makes one from the old."""
    return lambda found: [{**found, **_new(found, values)}]


def payload(**values: Any) -> Change:
    """Give its payload other values; a callable makes one from the old."""
    return lambda event: [
        {**event, "payload": {**event["payload"], **_new(event["payload"], values)}}
    ]


def _new(old: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value(old.get(name)) if callable(value) else value for name, value in values.items()
    }


def _text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
