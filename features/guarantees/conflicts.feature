@prd-1.7
Feature: Of two edits of the same version one wins
  Two people who edit what they both see must not overwrite each other unawares. One edit is accepted,
  the other is told, and can be made again on the new version. Which one wins is not promised.

  @prd-1.7.1 @smoke
  Scenario: Two edits at the same time have one winner
    Given Acme is a tenant
    And Acme has the account "Globex"
    When several editors at Acme update the account "Globex" at the same time with:
      | industry |
      | Energy   |
      | Mining   |
    Then exactly one edit is accepted and the others are told of the conflict
    And the subscribers of Acme have received exactly:
      | event          | about  | version |
      | AccountUpdated | Globex | 2       |

  @prd-1.7.1 @prd-1.7.2
  Scenario: An edit that lost leaves no trace and succeeds on the new version
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has updated the account "Globex"
    When Acme tries to update the account "Globex" with:
      | based on version | name |
      | 1                | Late |
    Then the command is refused as "version conflict"
    And nothing has changed at Acme
    When Acme updates the account "Globex" with:
      | based on version | name |
      | 2                | Late |
    Then the subscribers of Acme have received exactly:
      | event          | about  | version | name |
      | AccountUpdated | Globex | 3       | Late |

  @prd-1.7.1 @prd-1.7.2
  Scenario Outline: An edit of an old version of the <entity> is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the <entity> "Springfield"
    And Acme has <changed> "Springfield"
    When Acme tries to <edit> "Springfield" with:
      | based on version | <field> |
      | 1                | <value> |
    Then the command is refused as "version conflict"
    And nothing has changed at Acme

    Examples:
      | entity      | changed                  | edit                    | field   | value   |
      | account     | updated the account      | hand over the account   | owner   | Dana    |
      | contact     | updated the contact      | update the contact      | phone   | 5550199 |
      | lead        | updated the lead         | update the lead         | company | Engines |
      | opportunity | moved on the opportunity | lose the opportunity    | reason  | Regret  |
      | activity    | rescheduled the activity | complete the activity   | outcome | Reached |
      | product     | repriced the product     | discontinue the product | reason  | Old     |
      | address     | corrected the address    | correct the address     | city    | Ogden   |

  @prd-1.7.3
  Scenario: An edit of a version still to come is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme tries to update the account "Globex" with:
      | based on version | name  |
      | 7                | Early |
    Then the command is refused as "version conflict"
    And nothing has changed at Acme
