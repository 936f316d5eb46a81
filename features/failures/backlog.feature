@prd-4.11
Feature: A subscriber that was down catches up
  A subscriber can be down for a night while everybody else goes on working. Nothing of that may be lost: when
  it is back it works off what has gathered, each entity's changes in their order, and each change once.

  @prd-4.11.1 @needs-process-control @slow
  Scenario: The views catch up with five hundred changes of five tenants
    Given Acme is a tenant
    And Bravo is a tenant
    And Cargo is a tenant
    And Delta is a tenant
    And Echo is a tenant
    And the subscriber entity-views is stopped
    When the tenants make 500 changes of all kinds at random
    Then the subscriber entity-views has had nothing of all that
    When everything is repaired
    Then the subscriber entity-views lacks nothing of Acme
    And the subscriber entity-views lacks nothing of Echo
