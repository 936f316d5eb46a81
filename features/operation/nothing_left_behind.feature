@prd-6.1
Feature: A run of the suite leaves nothing behind
  What one run leaves changes the next, and costs money in an account that is somebody's. So a run
  removes what it has put up, however it ends, looks for what it has forgotten, and tells. What a
  deployed CRM stores of a run's tenants is not promised to go.

  @prd-6.1.1
  Scenario: A run that passes leaves nothing behind
    When a run of the suite passes
    Then nothing is left of the run
    And the run says that it has left nothing behind

  @prd-6.1.2
  Scenario: A run that fails leaves nothing behind
    When a run of the suite fails
    Then nothing is left of the run
    And the run says that it has left nothing behind

  @prd-6.1.3
  Scenario Outline: A run that <ends early> leaves nothing behind
    When a run of the suite <ends early>
    Then nothing is left of the run
    And the run says that it has left nothing behind

    Examples:
      | ends early     |
      | is interrupted |
      | is told to end |

  @prd-6.1.5
  Scenario: The processes of a run that is killed end by themselves
    When a run of the suite on an emulator of its own is killed
    Then nothing is left of the run
