@prd-6.2
Feature: Runs of the suite take place side by side
  A team has more than one pipeline, and one emulator or one account for all of them. A run that sees
  what another does would take it for a leak, or for an event of its own.

  @prd-6.2.1
  Scenario: Two runs at the same time do not see each other
    When two runs of the suite pass at the same time
    Then the runs have seen nothing of each other
    And nothing is left of the run
