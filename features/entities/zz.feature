@prd-2.1
Feature: Try six
  Prose.

  @prd-2.1.1
  Scenario Outline: An account whose <field> is <value> is refused
    Given Acme is a tenant
    When Acme tries to create the account "Globex" with:
      | <field> |
      | <value> |
    Then the command is refused as "invalid <field>"
    And the subscribers of Acme have received nothing

    Examples:
      | field | value    |
      | name  | (none)   |
      | owner | (spaces) |

  @prd-2.1.7
  Scenario: A changed thing has only that
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme updates the account "Globex" with:
      | industry |
      | Spın̈al  |
    Then the subscribers of Acme have received exactly:
      | event          | about  | version | industry | name        |
      | AccountUpdated | Globex | 2       | Spın̈al  | (not there) |
