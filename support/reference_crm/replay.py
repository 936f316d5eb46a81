"""Publishing again from the event store, which is the truth, in order for each entity.

A replay of EventBridge's archive would need an archive, and loses that order.
"""

from collections.abc import Callable, Iterable

from support.reference_crm.archive import Archive
from support.reference_crm.dispatch import WINDOW, Dispatch
from support.reference_crm.stored import StoredEvent
from support.reference_crm.stream import FINISHED, Checkpoints, Shard, Stream

Progress = Callable[[int], None]


def replay(
    archive: Archive,
    stream: Stream,
    checkpoints: Checkpoints,
    dispatch: Dispatch,
    progress: Progress = lambda _done: None,
) -> int:
    """Publish every stored event again, move the checkpoints to before that, return how many.

    The checkpoints are read first: what is committed meanwhile is published by both.
    """
    reached = _ends(stream)
    count = _send(archive.everything(), dispatch, progress)
    _move(checkpoints, reached)
    return count


def replay_tenant(
    archive: Archive, tenant_id: str, dispatch: Dispatch, progress: Progress = lambda _done: None
) -> int:
    """Publish a tenant's history again, in the order of its commits, and return how many."""
    return _send(archive.history(tenant_id), dispatch, progress)


def _send(found: Iterable[StoredEvent], dispatch: Dispatch, progress: Progress) -> int:
    count, window = 0, list[StoredEvent]()
    for each in found:
        window.append(each)
        if len(window) == WINDOW:
            count, window = count + dispatch.send(window), []
            progress(count)
    return count + dispatch.send(window)


def _move(checkpoints: Checkpoints, reached: dict[Shard, str]) -> None:
    # A checkpoint in what the stream has trimmed would stop the publisher again.
    for shard_id in checkpoints.all().keys() - {shard.shard_id for shard in reached}:
        checkpoints.forget(shard_id)
    for shard, position in reached.items():
        checkpoints.save(shard, position)


def _ends(stream: Stream) -> dict[Shard, str]:
    """Read every shard to its present end, from its oldest record, without publishing."""
    ends: dict[Shard, str] = {}
    looked_at: set[Shard] = set()
    stream.refresh()
    while shards := [shard for shard in stream.readable() if shard not in looked_at]:
        for shard in shards:
            looked_at.add(shard)
            end = _end(stream, shard)
            if end is not None:
                ends[shard] = end
                stream.reached(shard, end)
    return ends


def _end(stream: Stream, shard: Shard) -> str | None:
    last: str | None = None
    page = stream.read(shard)
    while page.records and not page.is_last:
        last, page = page.last, stream.read(shard)
    return FINISHED if page.is_last else last
