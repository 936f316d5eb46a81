Feature: An example that passes
  A run of the suite that the suite starts itself: chapter 6 is about how it ends.

  Scenario: An account is announced
    Given Acme is a tenant
    When Acme creates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event          | about  |
      | AccountCreated | Globex |
