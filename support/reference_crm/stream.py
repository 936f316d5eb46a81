"""Reading the event table's stream: shards, parents before children, durable checkpoints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from support.reference_crm.aws import error_code
from support.reference_crm.items import key, text

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient
    from types_boto3_dynamodbstreams.type_defs import RecordTypeDef, ShardTypeDef

PAGE = 200
FINISHED = "FINISHED"
# What is younger has lost nothing: a stream keeps its records for a day.
KEEPS = timedelta(hours=23)


class Trimmed(Exception):
    """Say that the stream no longer has records that were not read."""


@dataclass(frozen=True)
class Shard:
    """Name a shard and the one that it continues; the stream may not list it any more."""

    shard_id: str
    parent_id: str | None
    is_listed: bool = True


@dataclass(frozen=True)
class Page:
    """Hold records of one shard; `last` is the sequence number to go on from."""

    shard: Shard
    records: "list[RecordTypeDef]"
    is_last: bool

    @property
    def last(self) -> str | None:
        """Return the sequence number of the last record, None without one."""
        return self.records[-1]["dynamodb"]["SequenceNumber"] if self.records else None


class Checkpoints:
    """Keep, durably, how far each shard of one stream was published."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, stream_arn: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._stream_arn = stream_arn

    def all(self) -> dict[str, str]:
        """Return the sequence number by shard, FINISHED for one that is read to its end."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(self._stream_arn)},
        )
        return {item["sk"]["S"]: item["reached"]["S"] for page in pages for item in page["Items"]}

    def save(self, shard: Shard, reached: str) -> None:
        """Remember how far a shard was published."""
        item = {**key(self._stream_arn, shard.shard_id), "reached": text(reached)}
        self._dynamodb.put_item(TableName=self._table, Item=item)

    def forget(self, shard_id: str) -> None:
        """Remember nothing of a shard."""
        self._dynamodb.delete_item(TableName=self._table, Key=key(self._stream_arn, shard_id))


class Stream:
    """Read the pages of all shards from the checkpoints on."""

    def __init__(
        self, streams: "DynamoDBStreamsClient", stream_arn: str, reached: Mapping[str, str]
    ) -> None:
        self._streams = streams
        self._stream_arn = stream_arn
        self._reached = dict(reached)
        self._iterators: dict[str, str] = {}
        self._shards: list[Shard] = []

    def refresh(self) -> None:
        """Ask which shards there are; one that was begun and not finished stays among them.

        The stream forgets a shard a day after its end, read or not: reading tells if it did.
        """
        shards = {shard_id: Shard(shard_id, None, is_listed=False) for shard_id in self._begun()}
        for page in self._pages():
            shards.update({found["ShardId"]: _shard(found) for found in page})
        self._shards = list(shards.values())

    def readable(self) -> list[Shard]:
        """Return the shards with something left whose parents have nothing left."""
        known = {shard.shard_id for shard in self._shards}
        return [
            shard
            for shard in self._shards
            if not self._is_finished(shard.shard_id)
            and (shard.parent_id not in known or self._is_finished(str(shard.parent_id)))
        ]

    def read(self, shard: Shard) -> Page:
        """Return the next page of a shard; call `reached` when it is dealt with.

        Raise Trimmed if the stream no longer has what comes next.
        """
        try:
            return self._read(shard, self._iterator(shard))
        except ClientError as error:
            trimmed = error_code(error) == "TrimmedDataAccessException"
            if trimmed and self._age() < KEEPS:
                # DynamoDB Local says so of a stream that is read while its first records come.
                self._iterators.pop(shard.shard_id, None)
                return Page(shard, [], is_last=False)
            if trimmed or _is_gone(shard, error):
                raise Trimmed(shard.shard_id) from error
            if error_code(error) != "ExpiredIteratorException":
                raise
        self._iterators.pop(shard.shard_id, None)
        return self.read(shard)

    def reached(self, shard: Shard, sequence_number: str) -> None:
        """Go on from here when an iterator has expired."""
        self._reached[shard.shard_id] = sequence_number

    def _read(self, shard: Shard, iterator: str) -> Page:
        answer = self._streams.get_records(ShardIterator=iterator, Limit=PAGE)
        following = answer.get("NextShardIterator")
        if following:
            self._iterators[shard.shard_id] = following
        return Page(shard, answer["Records"], is_last=not following)

    def _iterator(self, shard: Shard) -> str:
        if shard.shard_id not in self._iterators:
            self._iterators[shard.shard_id] = self._open(shard)
        return self._iterators[shard.shard_id]

    def _open(self, shard: Shard) -> str:
        reached = self._reached.get(shard.shard_id)
        if reached is None:
            answer = self._streams.get_shard_iterator(
                StreamArn=self._stream_arn,
                ShardId=shard.shard_id,
                ShardIteratorType="TRIM_HORIZON",
            )
        else:
            answer = self._streams.get_shard_iterator(
                StreamArn=self._stream_arn,
                ShardId=shard.shard_id,
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                SequenceNumber=reached,
            )
        return answer["ShardIterator"]

    def _age(self) -> timedelta:
        """Return how old the stream is, by its label; one without a moment in it is very old."""
        try:
            label = datetime.fromisoformat(self._stream_arn.rpartition("/")[2])
        except ValueError:
            return timedelta.max
        return datetime.now(UTC) - label.replace(tzinfo=UTC)

    def _begun(self) -> list[str]:
        begun = dict.fromkeys((*self._reached, *(shard.shard_id for shard in self._shards)))
        return [shard_id for shard_id in begun if not self._is_finished(shard_id)]

    def _is_finished(self, shard_id: str) -> bool:
        return self._reached.get(shard_id) == FINISHED

    def _pages(self) -> "Iterator[list[ShardTypeDef]]":
        answer = self._streams.describe_stream(StreamArn=self._stream_arn)["StreamDescription"]
        yield answer["Shards"]
        while "LastEvaluatedShardId" in answer:
            answer = self._streams.describe_stream(
                StreamArn=self._stream_arn,
                ExclusiveStartShardId=answer["LastEvaluatedShardId"],
            )["StreamDescription"]
            yield answer["Shards"]


def _is_gone(shard: Shard, error: ClientError) -> bool:
    return not shard.is_listed and error_code(error) == "ResourceNotFoundException"


def _shard(found: "ShardTypeDef") -> Shard:
    return Shard(found["ShardId"], found.get("ParentShardId"))
