@prd-6.3
Feature: A failure of the suite can be repeated
  What a scenario does not say is made up. A failure that comes with some made-up values only must come
  again for whoever looks into it.

  @prd-6.3.1 @slow
  Scenario: The report gives the one command that repeats a failure
    When a run of the suite fails
    Then the one command in its report fails in the same way
