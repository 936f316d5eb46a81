@prd-6.1
Feature: What a killed run left goes later
  A run that is killed removes nothing any more. What it had put up is on lease: whoever comes later
  tells it from what a living run needs, which renews its lease, and removes it once the lease has
  ended. What was never a run's is not touched.

  @prd-6.1.4 @slow
  Scenario: What a killed run left is swept and the rest is not
    Given another run of the suite is under way
    When a run of the suite is killed with all that it had started
    And what has expired is swept
    Then nothing is left of the run
    And all of the other run is still there

  @prd-6.1.4 @slow
  Scenario: What a killed run left is removed by the next one
    When a run of the suite is killed with all that it had started
    And the next run of the suite passes
    Then nothing is left of the run
