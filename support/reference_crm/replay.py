"""Publishing everything again from the event store."""

from support.reference_crm.bus import Bus, outgoing
from support.reference_crm.event_store import EventStore
from support.reference_crm.stream import FINISHED, Checkpoints, Shard, Stream

CHUNK = 200


def replay(store: EventStore, stream: Stream, checkpoints: Checkpoints, bus: Bus) -> int:
    """Publish every stored event again, move the checkpoints to before that, return how many.

    The checkpoints are read first: what is committed meanwhile is published by both.
    """
    reached = _ends(stream)
    count, chunk = 0, []
    for event in store.all_events():
        chunk.append(outgoing(event))
        if len(chunk) == CHUNK:
            bus.publish(chunk)
            count, chunk = count + CHUNK, []
    bus.publish(chunk)
    _move(checkpoints, reached)
    return count + len(chunk)


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
