@prd-1.1
Feature: Every accepted change reaches every subscriber
  A change that was accepted and is not announced breaks the audit trail and every view built from it.
  What arrived is seen where events are published, and with each subscriber: its view, its audit entry,
  the list of what it has applied. How long it takes is not promised here (see section 1.9).

  @prd-1.1.1 @smoke
  Scenario: An accepted change is announced once and nothing besides
    Given Acme is a tenant
    When Acme creates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event          | about  | version |
      | AccountCreated | Globex | 1       |

  @prd-1.1.2
  Scenario Outline: A new <entity> reaches its view and the audit trail
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme <creates> "Springfield"
    Then the subscribers of Acme have received exactly:
      | event   | about       | version |
      | <event> | Springfield | 1       |
    And the <entity> "Springfield" of Acme reads:
      | version |
      | 1       |
    And the timeline of the <entity> "Springfield" of Acme shows in order:
      | event   | about       | version |
      | <event> | Springfield | 1       |

    Examples:
      | entity      | creates                 | event              |
      | account     | creates the account     | AccountCreated     |
      | contact     | creates the contact     | ContactCreated     |
      | lead        | creates the lead        | LeadCreated        |
      | opportunity | creates the opportunity | OpportunityCreated |
      | activity    | schedules the activity  | ActivityScheduled  |
      | product     | creates the product     | ProductCreated     |
      | address     | adds the address        | AddressAdded       |

  @prd-1.1.4
  Scenario: People who work at the same time lose none of their events
    Given Acme is a tenant
    When 5 people at Acme each create a lead at the same time
    Then the subscribers of Acme have received exactly:
      | event       | about  | version |
      | LeadCreated | lead 1 | 1       |
      | LeadCreated | lead 2 | 1       |
      | LeadCreated | lead 3 | 1       |
      | LeadCreated | lead 4 | 1       |
      | LeadCreated | lead 5 | 1       |
