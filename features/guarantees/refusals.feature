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
  Scenario: A field that the command does not have is refused
    Given Acme is a tenant
    When Acme tries to create the account "Globex" with:
      | sku   |
      | AB-12 |
    Then the command is refused as "unknown field"
    And the subscribers of Acme have received nothing

  @prd-1.5.5
  Scenario: An update that changes nothing is refused
    Given Acme is a tenant
    And Acme has the account "Globex" with:
      | name   |
      | Globex |
    When Acme tries to update the account "Globex" with:
      | name   |
      | Globex |
    Then the command is refused as "nothing to change"
    And the subscribers of Acme have received nothing

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
  Scenario Outline: A name with <peculiarity> is refused
    Given Acme is a tenant
    When Acme tries to create the account "Globex" with:
      | name   |
      | <name> |
    Then the command is refused as "invalid name"
    And the subscribers of Acme have received nothing

    Examples:
      | peculiarity               | name                  |
      | a line break              | (two lines)           |
      | another control character | (a control character) |

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
