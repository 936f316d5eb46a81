@prd-1.5
Feature: A refused command leaves no trace
  A command that the CRM refuses must not be seen by anybody: neither an event, nor a version, nor a line
  in the audit trail. Whoever sent it learns why. The rules of each entity are in chapter 2.

  @prd-1.5.1 @prd-1.5.2 @prd-1.5.3 @smoke
  Scenario: A refused command publishes nothing and changes nothing
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme tries to update the account "Globex" with:
      | name    |
      | (blank) |
    Then the command is refused as "invalid name"
    And the subscribers of Acme have received nothing
    And nothing has changed at Acme

  @prd-1.5.4
  Scenario Outline: A command to <attempt> with the foreign field <field> is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the <entity> "Springfield"
    When Acme tries to <attempt> "<name>" with:
      | <field> |
      | <value> |
    Then the command is refused as "unknown field"
    And nothing has changed at Acme

    Examples: When something is made
      | entity      | attempt                | name    | field   | value  |
      | account     | create the account     | Initech | sku     | AB-12  |
      | contact     | create the contact     | Initech | company | Engine |
      | lead        | create the lead        | Initech | owner   | Dana   |
      | opportunity | create the opportunity | Initech | notes   | Urgent |
      | activity    | schedule the activity  | Initech | reason  | Urgent |
      | product     | create the product     | Initech | country | DE     |
      | address     | add the address        | Initech | phone   | 112    |

    Examples: When something is changed
      | entity      | attempt                | name        | field   | value  |
      | contact     | update the contact     | Springfield | company | Engine |
      | lead        | update the lead        | Springfield | owner   | Dana   |
      | opportunity | win the opportunity    | Springfield | reason  | Luck   |
      | address     | correct the address    | Springfield | phone   | 112    |

  @prd-1.5.5
  Scenario Outline: A command to <attempt> that changes nothing is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the <entity> "Springfield" with:
      | <field> |
      | <value> |
    When Acme tries to <attempt> "Springfield" with:
      | <field> |
      | <value> |
    Then the command is refused as "nothing to change"
    And nothing has changed at Acme

    Examples:
      | entity  | attempt             | field   | value   |
      | account | update the account  | name    | Globex  |
      | contact | update the contact  | phone   | 5550199 |
      | lead    | update the lead     | company | Engines |
      | address | correct the address | city    | Ogden   |

  @prd-1.5.6
  Scenario Outline: A change to an unknown <entity> is refused
    Given Acme is a tenant
    When Acme tries to <change> "Nobody"
    Then the command is refused as "unknown entity"
    And Acme has no <entity> "Nobody"

    Examples:
      | entity      | change                    |
      | account     | deactivate the account    |
      | contact     | archive the contact       |
      | lead        | qualify the lead          |
      | opportunity | win the opportunity       |
      | activity    | cancel the activity       |
      | product     | discontinue the product   |
      | address     | remove the address        |

  @prd-1.5.7
  Scenario Outline: A second <entity> under the same id is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the <entity> "Springfield"
    When Acme tries to <create> "Springfield"
    Then the command is refused as "already exists"
    And nothing has changed at Acme

    Examples:
      | entity      | create                 |
      | account     | create the account     |
      | contact     | create the contact     |
      | lead        | create the lead        |
      | opportunity | create the opportunity |
      | activity    | log the activity       |
      | product     | create the product     |
      | address     | add the address        |

  @prd-1.5.8 @prd-1.5.9 @prd-1.5.11 @prd-1.5.12 @prd-1.6.5
  Scenario Outline: A command <flaw> is refused
    Given Acme is a tenant
    When Acme tries to create a lead <flaw>
    Then the command is refused as "<refusal>"
    And the subscribers of Acme have received nothing

    Examples:
      | flaw                                   | refusal                 |
      | under an empty id                      | invalid entity id       |
      | under an id of 101 characters          | invalid entity id       |
      | under an id with a forbidden character | invalid entity id       |
      | by a command that nobody knows         | unknown command         |
      | without saying who asks                | actor missing           |
      | by something that is no command        | invalid body            |
      | without a key                          | idempotency key missing |

  @prd-1.5.10
  Scenario: A change that would make too large an event is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme tries to log the activity "War and Peace" with:
      | notes            |
      | (300000 letters) |
    Then the command is refused as "event too large"
    And the subscribers of Acme have received nothing

  @prd-1.5.13
  Scenario Outline: A command to <attempt> with <peculiarity> in its <field> is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme tries to <attempt> "Springfield" with:
      | <field> |
      | <text>  |
    Then the command is refused as "invalid <field>"
    And nothing has changed at Acme

    Examples: A line break
      | peculiarity  | attempt                | field     | text        |
      | a line break | create the account     | name      | (two lines) |
      | a line break | create the contact     | last name | (two lines) |
      | a line break | create the opportunity | name      | (two lines) |
      | a line break | create the product     | name      | (two lines) |

    Examples: Another control character
      | peculiarity         | attempt               | field   | text                  |
      | a control character | create the account    | name    | (a control character) |
      | a control character | create the lead       | company | (a control character) |
      | a control character | schedule the activity | subject | (a control character) |
      | a control character | add the address       | city    | (a control character) |

  @prd-1.5.13
  Scenario: Notes of two lines are no reason to refuse, and arrive as they are
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme logs the activity "Call Hank" with:
      | notes       |
      | (two lines) |
    Then the subscribers of Acme have received exactly:
      | event          | about     | notes       |
      | ActivityLogged | Call Hank | (two lines) |
