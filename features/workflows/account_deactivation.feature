@prd-3.4
Feature: Deactivating an account tidies up after it
  Nobody should call a customer who has left, or count on their business. A subscriber does the tidying
  by commands of its own, so everything it does can be followed back to the deactivation. It happens
  after the deactivation, not together with it.

  Background:
    Given Acme is a tenant
    And Acme has the account "Globex"

  @prd-3.4.1 @prd-3.4.4 @smoke
  Scenario: Open activities of a deactivated account are cancelled
    Given Acme has the activity "Call Hank"
    And Acme has the activity "Visit Hank"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about      | version | cause              |
      | AccountDeactivated | Globex     | 2       | the command        |
      | ActivityCancelled  | Call Hank  | 2       | AccountDeactivated |
      | ActivityCancelled  | Visit Hank | 2       | AccountDeactivated |
    And the events of Acme share the correlation of the command

  @prd-3.4.2 @prd-3.4.5
  Scenario: Open opportunities of a deactivated account are lost
    Given Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              | amount       |
      | AccountDeactivated | Globex  | 2       | the command        |              |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated | 50000.00 EUR |
    And the pipeline of Acme totals:
      | currency | open  | open deals | lost         | lost deals |
      | EUR      | 0 EUR | 0          | 50000.00 EUR | 1          |

  @prd-3.4.1
  Scenario: Every one of many open activities is cancelled
    Given Acme has the activity "Call" 11 times
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | AccountDeactivated | Globex  | 2       | the command        |
      | ActivityCancelled  | Call 1  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 2  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 3  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 4  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 5  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 6  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 7  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 8  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 9  | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 10 | 2       | AccountDeactivated |
      | ActivityCancelled  | Call 11 | 2       | AccountDeactivated |

  @prd-3.4.2 @prd-3.4.5
  Scenario: Every one of many open opportunities is lost
    Given Acme has the opportunity "Reactor" 11 times
    When Acme deactivates the account "Globex"
    Then the pipeline of Acme totals:
      | open deals | lost deals |
      | 0          | 11         |

  @prd-3.4.1
  Scenario: An activity that was put off is cancelled, too
    Given Acme has the activity "Call Hank"
    And Acme has rescheduled the activity "Call Hank"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about     | version | cause              |
      | AccountDeactivated | Globex    | 2       | the command        |
      | ActivityCancelled  | Call Hank | 3       | AccountDeactivated |

  @prd-3.4.2
  Scenario Outline: An opportunity at the stage <stage> is lost, too
    Given Acme has the opportunity "Reactor"
    And Acme has moved on the opportunity "Reactor" with:
      | stage   |
      | <stage> |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | AccountDeactivated | Globex  | 2       | the command        |
      | OpportunityLost    | Reactor | 3       | AccountDeactivated |

    Examples:
      | stage         |
      | qualification |
      | proposal      |
      | negotiation   |

  @prd-3.4.2
  Scenario: An opportunity that a lead became is lost, too
    Given Acme has the lead "Ada"
    And Acme has qualified the lead "Ada"
    And Acme has converted the lead "Ada" with:
      | account |
      | Globex  |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about             | version | cause              |
      | AccountDeactivated | Globex            | 2       | the command        |
      | OpportunityLost    | Ada's opportunity | 2       | AccountDeactivated |

  @prd-3.4.1 @prd-3.4.2
  Scenario: A second deactivation tidies up what came after the first
    Given Acme has the activity "Call Hank"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about     | version | cause              |
      | AccountDeactivated | Globex    | 2       | the command        |
      | ActivityCancelled  | Call Hank | 2       | AccountDeactivated |
    When Acme reactivates the account "Globex"
    And Acme schedules the activity "Visit Hank"
    And Acme creates the opportunity "Reactor"
    And Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about      | version | cause              |
      | AccountReactivated | Globex     | 3       | the command        |
      | ActivityScheduled  | Visit Hank | 1       | the command        |
      | OpportunityCreated | Reactor    | 1       | the command        |
      | AccountDeactivated | Globex     | 4       | the command        |
      | ActivityCancelled  | Visit Hank | 2       | AccountDeactivated |
      | OpportunityLost    | Reactor    | 2       | AccountDeactivated |

  @prd-3.4.3
  Scenario: What is done and closed stays as it is
    Given Acme has the activity "Call Hank"
    And Acme has completed the activity "Call Hank"
    And Acme has the opportunity "Reactor"
    And Acme has won the opportunity "Reactor"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about  | version |
      | AccountDeactivated | Globex | 2       |

  @prd-3.4.3
  Scenario: Other accounts keep their activities and opportunities
    Given Acme has the account "Initech"
    And Acme has the activity "Call Bill" with:
      | regarding |
      | Initech   |
    And Acme has the opportunity "Reports" with:
      | account |
      | Initech |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about  | version |
      | AccountDeactivated | Globex | 2       |
    And the activity "Call Bill" of Acme reads:
      | version | status    |
      | 1       | scheduled |

  @prd-3.4.3 @prd-1.4.6
  Scenario: A tenant that uses the same ids keeps its activities and opportunities
    Given Umbrella is a tenant that uses the entity ids of Acme
    And Acme has the activity "Call Hank"
    And Acme has the opportunity "Reactor"
    And Umbrella has the account "Globex"
    And Umbrella has the activity "Call Hank"
    And Umbrella has the opportunity "Reactor"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about     | version |
      | AccountDeactivated | Globex    | 2       |
      | ActivityCancelled  | Call Hank | 2       |
      | OpportunityLost    | Reactor   | 2       |
    And the subscribers of Umbrella have received nothing
