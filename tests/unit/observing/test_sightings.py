"""When a subscriber came to have an event is known as an interval between two looks."""

from support.observing.sightings import Sighting, Sightings


def test_what_the_first_look_shows_came_at_any_time_before() -> None:
    """Nobody looked earlier, so nobody can say that it was not there."""
    sightings = Sightings()
    new = sightings.look("acme", "views", ["e-1", "e-1"], began=10.0, ended=11.0)
    assert new == [Sighting("acme", "views", "e-1", None, 11.0)]
    assert sightings.of("acme") == new


def test_what_a_later_look_shows_came_between_the_two() -> None:
    """Not before the last look began that did not show it, and by the end of the first that did."""
    sightings = Sightings()
    for began in (10.0, 20.0):
        assert sightings.look("acme", "views", [], began=began, ended=began + 1) == []
    (new,) = sightings.look("acme", "views", ["e-1"], began=30.0, ended=31.0)
    assert new == Sighting("acme", "views", "e-1", 20.0, 31.0)


def test_what_was_seen_before_is_not_new() -> None:
    """The first sighting is the one that counts."""
    sightings = Sightings()
    first = sightings.look("acme", "views", ["e-1"], began=10.0, ended=11.0)
    second = sightings.look("acme", "views", ["e-1", "e-2"], began=20.0, ended=21.0)
    assert second == [Sighting("acme", "views", "e-2", 10.0, 21.0)]
    assert sightings.of("acme") == [*first, *second]


def test_every_subscriber_and_tenant_is_looked_at_for_itself() -> None:
    """A look at one says nothing of another."""
    sightings = Sightings()
    sightings.look("acme", "views", [], began=10.0, ended=11.0)
    others = [("acme", "sales"), ("bravo", "views")]
    for tenant, name in others:
        (new,) = sightings.look(tenant, name, ["e-1"], began=20.0, ended=21.0)
        assert new == Sighting(tenant, name, "e-1", None, 21.0)
    assert [each.subscriber for each in sightings.of("acme")] == ["sales"]
