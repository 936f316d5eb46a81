@prd-1.6
Feature: A repeated command takes effect once
  Whoever gets no answer asks again. The key of a command makes that safe: the change happens once, and
  the first answer is given again. A key is for one command only, and belongs to its tenant.

  @prd-1.6.1 @smoke
  Scenario: A repeated command is announced once
    Given Acme is a tenant
    When Acme creates the lead "Lovelace"
    And Acme sends its first command again
    Then the first answer is given again
    And the subscribers of Acme have received exactly:
      | event       | about    | version |
      | LeadCreated | Lovelace | 1       |

  @prd-1.6.2
  Scenario: The first answer is given even after later changes
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme deactivates the account "Globex"
    And Acme reactivates the account "Globex"
    And Acme sends its first command again
    Then the first answer is given again
    And the account "Globex" of Acme reads:
      | version | status |
      | 3       | active |

  @prd-1.6.1 @prd-1.6.2
  Scenario: A repeated conversion gets its answer with all four events again
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace"
    And Acme sends its first command again
    Then the first answer is given again
    And the subscribers of Acme have received exactly:
      | event              | about                  | version |
      | LeadConverted      | Lovelace               | 3       |
      | AccountCreated     | Lovelace's account     | 1       |
      | ContactCreated     | Lovelace's contact     | 1       |
      | OpportunityCreated | Lovelace's opportunity | 1       |

  @prd-1.6.3
  Scenario: A key cannot be used again with other values
    Given Acme is a tenant
    When Acme creates the lead "Lovelace"
    And Acme sends its first command again with:
      | company      |
      | Other Engines |
    Then the command is refused as "idempotency key reused"
    And the subscribers of Acme have received exactly:
      | event       | about    | version |
      | LeadCreated | Lovelace | 1       |

  @prd-1.6.3
  Scenario Outline: The key that created a lead cannot be used again to <attempt>
    Given Acme is a tenant
    And Acme has the lead "Babbage"
    When Acme tries to <attempt> "Babbage" with the key of the command before
    Then the command is refused as "idempotency key reused"
    And nothing has changed at Acme

    Examples:
      | attempt          |
      | qualify the lead |
      | create the lead  |

  @prd-1.6.3
  Scenario: A key cannot be used again for another entity
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor"
    And Acme has the opportunity "Turbine"
    When Acme wins the opportunity "Reactor"
    And Acme tries to win the opportunity "Turbine" with the key of the command before
    Then the command is refused as "idempotency key reused"
    And the subscribers of Acme have received exactly:
      | event          | about   | version |
      | OpportunityWon | Reactor | 2       |

  @prd-1.6.4
  Scenario: Two tenants may use the same key
    Given Acme is a tenant
    And Umbrella is a tenant
    When Acme creates the lead "Lovelace"
    And Umbrella tries to create the lead "Babbage" with the key of the command before
    Then the subscribers of Acme have received exactly:
      | event       | about    |
      | LeadCreated | Lovelace |
    And the subscribers of Umbrella have received exactly:
      | event       | about   |
      | LeadCreated | Babbage |

  @prd-1.6.6
  Scenario: Equal commands at the same moment are carried out once
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    When Acme sends 4 equal commands at the same time to qualify the lead "Lovelace"
    Then one command is carried out and the others get its answer
    And the subscribers of Acme have received exactly:
      | event         | about    | version |
      | LeadQualified | Lovelace | 2       |
