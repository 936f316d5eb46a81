@prd-1.2
Feature: Events say what happened in a published language
  Whoever reads events relies on their shape and on their values: a subscriber that has to guess, guesses
  wrong one day. Every event of every scenario is held against its published schema and against the
  command that led to it; here are the values that have gone wrong in systems like this one.

  @prd-1.2.1 @prd-1.2.2
  Scenario Outline: An event about a new <entity> follows its schema
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme <creates> "Springfield"
    Then the subscribers of Acme have received exactly:
      | event   | about       | version | cause       |
      | <event> | Springfield | 1       | the command |
    And every event that Acme received follows its published schema

    Examples:
      | entity      | creates                 | event              |
      | account     | creates the account     | AccountCreated     |
      | contact     | creates the contact     | ContactCreated     |
      | lead        | creates the lead        | LeadCreated        |
      | opportunity | creates the opportunity | OpportunityCreated |
      | activity    | logs the activity       | ActivityLogged     |
      | product     | creates the product     | ProductCreated     |
      | address     | adds the address        | AddressAdded       |

  @prd-1.2.3
  Scenario Outline: A name with <peculiarity> arrives character for character
    Given Acme is a tenant
    When Acme creates the account "Globex" with:
      | name   |
      | <name> |
    Then the subscribers of Acme have received exactly:
      | event          | about  | name   |
      | AccountCreated | Globex | <name> |
    And the account "Globex" of Acme reads:
      | version | name   |
      | 1       | <name> |

    Examples:
      | peculiarity          | name                            |
      | quotation marks      | The "Real" O'Brien \\ Sons      |
      | emoji                | 👩‍🚀 Rockets & 🍕 GmbH          |
      | combining characters | Zoë's Café, Việt              |
      | right-to-left text   | شركة النور العالمية             |
      | markup               | <b>Bold</b> & {"key": "value"} |
      | the longest text     | (255 letters)                   |

  @prd-1.2.4
  Scenario Outline: An amount of <amount> arrives digit for digit
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme creates the opportunity "Reactor" with:
      | amount   |
      | <amount> |
    Then the subscribers of Acme have received exactly:
      | event              | about   | amount   |
      | OpportunityCreated | Reactor | <amount> |

    Examples:
      | amount                   |
      | 0 EUR                    |
      | 0.0001 USD               |
      | 10.50 CHF                |
      | 999999999999999.9999 JPY |

  @prd-1.2.5
  Scenario Outline: A time given as <moment> keeps its offset
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme schedules the activity "Call Hank" with:
      | due at   |
      | <moment> |
    Then the subscribers of Acme have received exactly:
      | event             | about     | due at   |
      | ActivityScheduled | Call Hank | <moment> |

    Examples:
      | moment                    |
      | 2026-03-29T02:30:00+01:00 |
      | 2026-12-31T23:59:59-10:00 |
      | 2026-06-01T12:00:00+05:45 |
      | 2026-02-28T00:00:00Z      |

  @prd-1.2.6
  Scenario: What was not given is empty
    Given Acme is a tenant
    When Acme creates the contact "Ada"
    Then the subscribers of Acme have received exactly:
      | event          | about | account | consent |
      | ContactCreated | Ada   | (none)  | no      |

  @prd-1.2.6
  Scenario: An event about a change names only what changed
    Given Acme is a tenant
    And Acme has the lead "Lovelace" with:
      | email  | phone  |
      | (none) | (none) |
    When Acme updates the lead "Lovelace" with:
      | company            |
      | Analytical Engines |
    Then the subscribers of Acme have received exactly:
      | event       | about    | version | company            | last name   | email       |
      | LeadUpdated | Lovelace | 2       | Analytical Engines | (not there) | (not there) |
    And the lead "Lovelace" of Acme reads:
      | version | company            | email  | phone  |
      | 2       | Analytical Engines | (none) | (none) |

  @prd-1.2.7
  Scenario: An update keeps what it leaves out and clears what it empties
    Given Acme is a tenant
    And Acme has the account "Globex" with:
      | name               | industry |
      | Globex Corporation | Energy   |
    When Acme updates the account "Globex" with:
      | industry |
      | (none)   |
    Then the subscribers of Acme have received exactly:
      | event          | about  | version | industry |
      | AccountUpdated | Globex | 2       | (none)   |
    And the account "Globex" of Acme reads:
      | version | name               | industry |
      | 2       | Globex Corporation | (none)   |

  @prd-1.2.8
  Scenario: White space around a text is cut off
    Given Acme is a tenant
    When Acme creates the account "Globex" with:
      | name                     | owner    |
      | "   Globex Corporation " | "  Dana" |
    Then the subscribers of Acme have received exactly:
      | event          | about  | name               | owner |
      | AccountCreated | Globex | Globex Corporation | Dana  |
