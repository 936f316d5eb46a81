@prd-5.1
Feature: The audit trail says who changed what
  When something has gone wrong, somebody has to be told who did what, when, to which entity and version, and
  what changed. That holds only if everything is on record that was accepted, and nothing else. What an
  entry says of the time has to lie between a command and its answer; the audit of each scenario sees to it.

  @prd-5.1.1
  Scenario: Everybody's changes are on record under their own name
    Given Acme is a tenant
    When "dana.scully" of Acme creates the account "Globex"
    And "fox.mulder" of Acme deactivates the account "Globex"
    And "dana.scully" of Acme reactivates the account "Globex"
    Then the audit trail of Acme shows in order:
      | actor       | event              | about  | version |
      | dana.scully | AccountCreated     | Globex | 1       |
      | fox.mulder  | AccountDeactivated | Globex | 2       |
      | dana.scully | AccountReactivated | Globex | 3       |

  @prd-5.1.1
  Scenario: An entry says what was changed, and what it was before
    Given Acme is a tenant
    And Acme has the product "Bolt" with:
      | price    |
      | 2.50 EUR |
    When Acme reprices the product "Bolt" with:
      | price    |
      | 3.10 EUR |
    And Acme reprices the product "Bolt" with:
      | price    |
      | 2.90 EUR |
    Then the audit trail of Acme shows in order:
      | event               | about | version | price    | previous price |
      | ProductCreated      | Bolt  | 1       | 2.50 EUR | (not there)    |
      | ProductPriceChanged | Bolt  | 2       | 3.10 EUR | 2.50 EUR       |
      | ProductPriceChanged | Bolt  | 3       | 2.90 EUR | 3.10 EUR       |

  @prd-5.1.1
  Scenario: What was set off by a change says so on record
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the activity "Call Hank"
    When Acme deactivates the account "Globex"
    Then the timeline of the activity "Call Hank" of Acme shows in order:
      | event             | version | cause              |
      | ActivityScheduled | 1       | the command        |
      | ActivityCancelled | 2       | AccountDeactivated |

  @prd-5.1.2
  Scenario: Only what was accepted is on record
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme tries to update the account "Globex" with:
      | name     |
      | (spaces) |
    Then the command is refused as "invalid name"
    And the audit trail of Acme shows in order:
      | event          | about  | version |
      | AccountCreated | Globex | 1       |

  @prd-5.1.2
  Scenario: A command that is repeated is on record once
    Given Acme is a tenant
    When Acme creates the lead "Lovelace"
    And Acme sends its first command again
    Then the first answer is given again
    And the audit trail of Acme shows in order:
      | event       | about    | version |
      | LeadCreated | Lovelace | 1       |

  @prd-5.1.2
  Scenario: What a lead became is on record with the lead
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace"
    Then the timeline of the lead "Lovelace" of Acme shows in order:
      | event              | about                  |
      | LeadCreated        | Lovelace               |
      | LeadQualified      | Lovelace               |
      | LeadConverted      | Lovelace               |
      | OpportunityCreated | Lovelace's opportunity |
