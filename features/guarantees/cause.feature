@prd-1.8
Feature: Every event can be followed back to its cause
  After an incident somebody asks who did this, and what it set off. Correlation ties together all that one
  command led to, causation names the event behind an event, and the actor is who asked.

  @prd-1.8.1 @prd-1.8.2
  Scenario: The events of one command belong together
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace"
    Then the subscribers of Acme have received exactly:
      | event              | about                  | cause         |
      | LeadConverted      | Lovelace               | the command   |
      | AccountCreated     | Lovelace's account     | LeadConverted |
      | ContactCreated     | Lovelace's contact     | LeadConverted |
      | OpportunityCreated | Lovelace's opportunity | LeadConverted |
    And the events of Acme share the correlation of the command

  @prd-1.8.3
  Scenario: An event names who asked for the change
    Given Acme is a tenant
    When "dana.scully" of Acme creates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event          | about  | actor       |
      | AccountCreated | Globex | dana.scully |
    And the audit trail of Acme shows in order:
      | actor       | event          | about  | version |
      | dana.scully | AccountCreated | Globex | 1       |

  @prd-1.8.4
  Scenario: A command without a correlation gets one of its own
    Given Acme is a tenant
    When Acme tries to create a lead without a correlation
    Then the events of Acme share the correlation of the command
