Feature: An example that fails
  Nobody named such an industry: the failure tells what was made up from the seed instead.

  Scenario: An account has an industry that nobody named
    Given Acme is a tenant
    When Acme creates the account "Globex"
    Then the account "Globex" of Acme reads:
      | name   | industry          | owner          |
      | Globex | nobody's industry | nobody's owner |
