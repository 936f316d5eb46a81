"""Leases: who may remove what, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from support.targets.leases import (
    LENT,
    OURS,
    Kind,
    Lease,
    Renewal,
    SortedOut,
    Tags,
    Thing,
    lease_of,
    no_lease,
    sort_out,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _thing(run_id: str, name: str, ends: datetime | None = None) -> Thing:
    lease = Lease(run_id, ends) if ends else None
    return Thing(Kind.QUEUE, f"crm-{run_id}-{name}", run_id, lease=lease)


def test_a_lease_is_told_by_tags_and_read_from_them() -> None:
    """Whatever the time zone, the moment is the same."""
    lease = lease_of("ab12", 5400, NOON)
    assert lease.tags == {
        "crm-acceptance:run": "ab12",
        "crm-acceptance:expires": "2026-01-31T13:30:00+00:00",
    }
    assert Lease.read(lease.tags) == lease
    elsewhere = {**lease.tags, "crm-acceptance:expires": "2026-01-31T14:30:00+01:00"}
    assert Lease.read(elsewhere) == lease


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"crm-acceptance:run": "ab12"},
        {"crm-acceptance:expires": "2026-01-31T13:30:00+00:00"},
        {"crm-acceptance:run": "ab12", "crm-acceptance:expires": "tomorrow"},
        {"crm-acceptance:run": "ab12", "crm-acceptance:expires": "2026-01-31T13:30:00"},
    ],
    ids=["none", "no end", "no run", "no moment", "no time zone"],
)
def test_what_cannot_be_read_is_no_lease(tags: Tags) -> None:
    """Nothing is removed for it."""
    assert Lease.read(tags) is None


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("crm-ab12", "ab12"),
        ("crm-ab12-bus", "ab12"),
        ("crm-ab12-tap-ab12", "ab12"),
        ("crm", None),
        ("crm-abc-bus", None),
        ("crm-AB12-bus", None),
        ("my-crm-ab12-bus", None),
        ("crm-abcdefghijklm", None),
    ],
)
def test_a_name_tells_whose_it_is(name: str, run: str | None) -> None:
    """A run's id has 4 to 12 small letters and digits."""
    match = OURS.fullmatch(name)
    assert (match["run"] if match else None) == run


@pytest.mark.parametrize(("name", "is_lent"), [("tap-ab12", True), ("tap-ab12-x", False)])
def test_beside_a_deployed_crm_names_are_told_exactly(name: str, is_lent: bool) -> None:  # noqa: FBT001
    """Its owner may have taps, too."""
    assert bool(LENT.fullmatch(name)) is is_lent


def test_what_has_expired_is_told_from_what_is_on_lease_and_what_tells_of_none() -> None:
    """A lease that ends now has ended."""
    dead, live, alien = (
        _thing("dead", "q", NOON),
        _thing("live", "q", NOON + HOUR),
        _thing("alien", "q"),
    )
    assert sort_out([dead, live, alien], NOON) == SortedOut([dead], [live], [alien])


def test_what_tells_of_no_lease_goes_with_what_is_the_same_runs() -> None:
    """Tags do not arrive everywhere; the lease that ends last is the run's."""
    dead = [_thing("dead", "a", NOON - HOUR), _thing("dead", "b")]
    live = [_thing("live", "a", NOON - HOUR), _thing("live", "b"), _thing("live", "c", NOON + HOUR)]
    assert sort_out([*live, *dead], NOON) == SortedOut(dead, live, [])


def test_only_what_expired_long_ago_is_told_if_asked_for() -> None:
    """An hour ago, to the second."""
    old, new = _thing("older", "q", NOON - HOUR), _thing("newer", "q", NOON - HOUR / 2)
    assert sort_out([old, new], NOON, HOUR) == SortedOut([old], [new], [])


class Clock:
    """Show the time that a test says."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        """Return it."""
        return self.at


def test_a_lease_is_renewed_each_time_that_half_of_it_is_over() -> None:
    """Whoever asks before has asked for nothing."""
    clock, written = Clock(), list[Tags]()
    renewal = Renewal("ab12", 3600, written.append, clock)
    for minutes in (10, 29, 30, 40, 59, 61):
        clock.at = NOON + timedelta(minutes=minutes)
        renewal.if_due()
    assert written == [
        lease_of("ab12", 3600, NOON + timedelta(minutes=minutes)).tags for minutes in (30, 61)
    ]


def test_a_lease_that_cannot_be_renewed_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and tried again at the next half-time."""
    clock, tries = Clock(), list[Tags]()

    def fail(tags: Tags) -> None:
        tries.append(tags)
        raise ClientError({"Error": {"Code": "Throttling", "Message": "No."}}, "TagQueue")

    renewal = Renewal("ab12", 10, fail, clock)
    for seconds in (5, 6, 10):
        clock.at = NOON + timedelta(seconds=seconds)
        renewal.if_due()
    assert len(tries) == 2
    assert caplog.messages[0].startswith("The lease of run ab12 could not be renewed: ")


def test_what_needs_no_lease_is_never_renewed() -> None:
    """Its first half takes years."""
    no_lease().if_due()
