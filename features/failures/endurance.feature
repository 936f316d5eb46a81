@prd-4.4
Feature: Whatever fails while everybody works, nothing is lost
  Failures do not come one at a time, nor to an idle system. Several tenants work at random, with all kinds of
  entities, while one process after the other is killed, and the transport is throttled. What came of it all is
  audited as always; only that events were published again is allowed. The run's seed repeats it.

  @prd-4.4.1 @prd-4.4.2 @needs-process-control @needs-aws-answers @slow
  Scenario: Three tenants make three hundred changes while one trouble follows the other
    Given Acme is a tenant
    And Bravo is a tenant
    And Cargo is a tenant
    When the tenants make 300 changes of all kinds at random while one trouble follows the other
    Then the audit of Acme finds nothing but events that were published again
    And the audit of Bravo finds nothing but events that were published again
    And the audit of Cargo finds nothing but events that were published again
