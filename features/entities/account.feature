@prd-2.1
Feature: Accounts say who the customers are and who looks after them
  Contacts, opportunities, activities and addresses hang on an account: whoever misses one of its events
  writes to the wrong person, or sells to a customer who has left. The changes are seen in the account's
  view and in its events. What a deactivation does to other entities is promised in section 3.4.

  @prd-2.1.6 @smoke
  Scenario: A new account is announced with name, owner and industry
    Given Acme is a tenant
    When Acme creates the account "Globex" with:
      | name               | owner | industry |
      | Globex Corporation | Dana  | Energy   |
    Then the subscribers of Acme have received exactly:
      | event          | about  | version | name               | owner | industry |
      | AccountCreated | Globex | 1       | Globex Corporation | Dana  | Energy   |
    And the account "Globex" of Acme reads:
      | version | name               | owner | industry | status |
      | 1       | Globex Corporation | Dana  | Energy   | active |

  @prd-2.1.1 @prd-2.1.3
  Scenario Outline: An account may be called <name> and needs no industry
    Given Umbrella is a tenant
    When Umbrella creates the account "Globex" with:
      | name   | industry |
      | <name> | (none)   |
    Then the subscribers of Umbrella have received exactly:
      | event          | about  | version | name        | industry |
      | AccountCreated | Globex | 1       | <announced> | (none)   |
    And the account "Globex" of Umbrella reads:
      | version | name        | industry |
      | 1       | <announced> | (none)   |

    # The n̈ and the é below are two characters each, a letter and its accent: they must stay two.
    Examples:
      | name                        | announced                   |
      | X                           | X                           |
      | (255 letters)               | (255 letters)               |
      | "   Globex  "               | Globex                      |
      | Spın̈al Café "Amps to 11"    | Spın̈al Café "Amps to 11"    |
      | חברת גלובקס בע״מ            | חברת גלובקס בע״מ            |
      | 🚀 Rockets & Sons \| Globex | 🚀 Rockets & Sons \| Globex |

  @prd-2.1.7
  Scenario Outline: A changed <field> of an account is announced alone
    Given Acme is a tenant
    And Acme has the account "Globex" with:
      | name               | owner | industry |
      | Globex Corporation | Dana  | Energy   |
    When Acme updates the account "Globex" with:
      | <field> |
      | <value> |
    Then the subscribers of Acme have received exactly:
      | event          | about  | version | <field> | <other field> |
      | AccountUpdated | Globex | 2       | <value> | (not there)   |
    And the account "Globex" of Acme reads:
      | version | <field> | <other field> | owner | status |
      | 2       | <value> | <other value> | Dana  | active |

    Examples:
      | field    | value         | other field | other value        |
      | name     | Globex & Sons | industry    | Energy             |
      | industry | (none)        | name        | Globex Corporation |

  @prd-2.1.8
  Scenario: A change of owner names the new and the previous owner
    Given Umbrella is a tenant
    And Umbrella has the account "Globex" with:
      | owner |
      | Dana  |
    When Umbrella hands over the account "Globex" with:
      | owner          |
      | Siân O'Connell |
    Then the subscribers of Umbrella have received exactly:
      | event               | about  | version | owner          | previous owner |
      | AccountOwnerChanged | Globex | 2       | Siân O'Connell | Dana           |
    And the account "Globex" of Umbrella reads:
      | version | owner          |
      | 2       | Siân O'Connell |

  @prd-2.1.9
  Scenario: A deactivated account says why it was deactivated
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme deactivates the account "Globex" with:
      | reason                              |
      | They said: "no more reactors, ever" |
    Then the subscribers of Acme have received exactly:
      | event              | about  | version | reason                              |
      | AccountDeactivated | Globex | 2       | They said: "no more reactors, ever" |
    And the account "Globex" of Acme reads:
      | version | status   |
      | 2       | inactive |

  @prd-2.1.5 @prd-2.1.10
  Scenario Outline: A reactivated account announces the reason <reason>
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has deactivated the account "Globex"
    When Umbrella reactivates the account "Globex" with:
      | reason   |
      | <reason> |
    Then the subscribers of Umbrella have received exactly:
      | event              | about  | version | reason   |
      | AccountReactivated | Globex | 3       | <reason> |
    And the account "Globex" of Umbrella reads:
      | version | status |
      | 3       | active |

    Examples:
      | reason        |
      | A new manager |
      | (none)        |

  Scenario Outline: The account rules refuse to <attempt> with the <field> <value>
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "invalid <field>"
    And nothing has changed at Acme

    @prd-2.1.1
    Examples: The name is required and is a text
      | attempt                      | field | value         |
      | create the account "Initech" | name  | (none)        |
      | create the account "Initech" | name  | (spaces)      |
      | create the account "Initech" | name  | (256 letters) |
      | update the account "Globex"  | name  | (none)        |
      | update the account "Globex"  | name  | (blank)       |

    @prd-2.1.2
    Examples: The owner is required and is a text
      | attempt                        | field | value         |
      | create the account "Initech"   | owner | (none)        |
      | hand over the account "Globex" | owner | (spaces)      |
      | hand over the account "Globex" | owner | (256 letters) |

    @prd-2.1.3
    Examples: The industry is a text
      | attempt                      | field    | value         |
      | create the account "Initech" | industry | (blank)       |
      | update the account "Globex"  | industry | (256 letters) |

    @prd-2.1.4
    Examples: The reason for a deactivation is required and is a text
      | attempt                         | field  | value         |
      | deactivate the account "Globex" | reason | (none)        |
      | deactivate the account "Globex" | reason | (spaces)      |
      | deactivate the account "Globex" | reason | (256 letters) |

    @prd-2.1.5
    Examples: The reason for a reactivation is a text
      | attempt                         | field  | value         |
      | reactivate the account "Globex" | reason | (blank)       |
      | reactivate the account "Globex" | reason | (256 letters) |

  @prd-2.1.11
  Scenario: An account cannot be handed over to its own owner
    Given Umbrella is a tenant
    And Umbrella has the account "Globex" with:
      | owner |
      | Dana  |
    When Umbrella tries to hand over the account "Globex" with:
      | owner |
      | Dana  |
    Then the command is refused as "owner unchanged"
    And the subscribers of Umbrella have received nothing

  @prd-2.1.13
  Scenario: An account that is active cannot be reactivated
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    When Umbrella tries to reactivate the account "Globex"
    Then the command is refused as "account active"
    And the subscribers of Umbrella have received nothing

  @prd-2.1.12
  Scenario Outline: No attempt to <attempt> an inactive account succeeds
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has deactivated the account "Globex"
    When Acme tries to <attempt> the account "Globex"
    Then the command is refused as "account inactive"
    And nothing has changed at Acme

    Examples:
      | attempt    |
      | update     |
      | hand over  |
      | deactivate |
