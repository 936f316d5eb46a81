@prd-1.9
Feature: Events reach their subscribers in time
  Whoever picks up the phone must see what a colleague entered a moment ago. How long an event may take is
  the delivery objective, which each target sets for itself. An event's time runs from the command or, where
  a subscriber acted by itself, from the event that made it act. The report tells it hop by hop, and the
  audit at the end of the run holds all events of the run against the objective.

  @prd-1.9.1 @smoke
  Scenario: A burst of changes by one tenant arrives in time
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme updates the account "Globex" 10 times in a row
    Then 95 % of the events of Acme have reached every subscriber in time

  @prd-1.9.1
  Scenario: People who work at the same time do not hold each other up
    Given Acme is a tenant
    When 10 people at Acme each create a lead at the same time
    Then 95 % of the events of Acme have reached every subscriber in time

  @prd-1.9.2 @smoke
  Scenario: The report tells how long each hop of a choreography took
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor"
    And Acme has the activity "Call Hank"
    When Acme deactivates the account "Globex"
    Then the report shows how long the events of Acme took:
      | hop                            | events |
      | command to acceptance          | 1      |
      | command to publication         | 1      |
      | cause to effect                | 2      |
      | publication to each subscriber | 3      |
    And 95 % of the events of Acme have reached every subscriber in time
