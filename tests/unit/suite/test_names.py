"""The names of a scenario: each stands for one thing, and a wrong one is told."""

import pytest

from support.contract.entities import EntityType
from support.crm.port import Accepted, Command, CommandRefused, Receipt
from support.errors import ScenarioError
from support.names import EntityRef, Tenant, is_fence
from support.scenario import Deeds

ACCOUNT = EntityRef(EntityType.ACCOUNT, "a-1")
LEAD = EntityRef(EntityType.LEAD, "l-1")
RECEIPT = Receipt(entity_type=EntityType.LEAD, entity_id="l-1", version=1, events=())


def _acme() -> Tenant:
    return Tenant("Acme", "run-acme-1", {"Globex": ACCOUNT, "Ada": LEAD})


def _command(correlation: str) -> Command:
    return Command("run-acme-1", "CreateLead", "l-1", {}, "key", correlation, "kim")


def test_a_name_leads_to_its_entity_and_back() -> None:
    """An id without a name stays an id."""
    acme = _acme()
    assert (acme.entity("Globex"), acme.entity("Ada", EntityType.LEAD)) == (ACCOUNT, LEAD)
    assert [acme.name_of(each) for each in ("a-1", "l-1", "x")] == ["Globex", "Ada", "x"]
    assert acme.only(EntityType.ACCOUNT) == ACCOUNT


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("Glbex", None, "Acme has no entity called 'Glbex'; it has account 'Globex', lead 'Ada'"),
        (
            "Globex",
            EntityType.LEAD,
            "Acme has no lead called 'Globex'; it has account 'Globex', lead 'Ada'",
        ),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(
    name: str, kind: EntityType | None, sentence: str
) -> None:
    """A typing mistake costs nobody an hour."""
    with pytest.raises(ScenarioError) as unknown:
        _acme().entity(name, kind)
    assert str(unknown.value) == sentence


def test_a_name_stands_for_one_entity() -> None:
    """To say it again is harmless, to give it to another is not."""
    acme = _acme()
    acme.call("Globex", ACCOUNT)
    with pytest.raises(ScenarioError, match="Acme has two entities called 'Globex': rename one"):
        acme.call("Globex", LEAD)


def test_what_is_not_alone_of_its_kind_must_be_named() -> None:
    """The suite does not guess."""
    acme = _acme()
    acme.call("Initech", EntityRef(EntityType.ACCOUNT, "a-2"))
    with pytest.raises(ScenarioError, match="Acme has 2 of kind account: name one in a table"):
        acme.only(EntityType.ACCOUNT)
    with pytest.raises(ScenarioError, match="Acme has 0 of kind product"):
        acme.only(EntityType.PRODUCT)


def test_a_tenant_is_introduced_first() -> None:
    """The sentence that is missing is quoted."""
    with pytest.raises(ScenarioError) as unknown:
        Deeds().tenant("Acme")
    assert str(unknown.value) == 'unknown tenant Acme: begin with "Given Acme is a tenant"'


def test_a_sentence_about_a_command_needs_one() -> None:
    """Nothing was sent is a mistake of the scenario, not of the CRM."""
    with pytest.raises(ScenarioError, match="no command was sent before this sentence"):
        Deeds().last()
    with pytest.raises(ScenarioError, match="no command was sent before this sentence"):
        Deeds().first()


def test_only_what_was_accepted_for_the_first_time_is_accepted() -> None:
    """A refusal and a repeated answer promise no events of their own."""
    deeds = Deeds(background={"given"})
    given, made = _command("given"), _command("made")
    deeds.note(given, Accepted(given, RECEIPT))
    deeds.note(made, Accepted(made, RECEIPT))
    deeds.note(made, Accepted(made, RECEIPT, repeated=True))
    refusal = CommandRefused(422, "invalid_name", "A lead needs a name.")
    deeds.note(made, refusal)
    assert deeds.accepted == [Accepted(given, RECEIPT), Accepted(made, RECEIPT)]
    assert (deeds.first(), deeds.last()) == (made, (made, refusal))


def test_a_fence_is_known_by_its_id() -> None:
    """The suite subtracts what it sent itself, and nothing else."""
    ids = ["fence-1", "acme-lead-1", "a-fence-1", "fenced"]
    assert [each for each in ids if is_fence({"entity_id": each})] == ["fence-1"]
