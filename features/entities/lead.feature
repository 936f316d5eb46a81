@prd-2.3
Feature: Leads go from a first word to a customer, step by step
  Marketing counts leads, sales lives on them: a missed event leaves somebody uncalled, or calls somebody
  twice. Each step is seen in the lead's view and in its events. What a conversion makes of a lead is told
  here by name only; the account, contact and opportunity themselves are promised in section 3.1.

  @prd-2.3.9 @smoke
  Scenario: A new lead is announced with names, company and source
    Given Initech is a tenant
    When Initech creates the lead "Lovelace" with:
      | first name | last name | company            | email           | phone         | source        |
      | Ada        | Lovelace  | Analytical Engines | ada@example.com | 020 7946 0018 | Trade fair 📣 |
    Then the subscribers of Initech have received exactly:
      | event       | about    | version | first name | last name | company            | email           | phone         | source        |
      | LeadCreated | Lovelace | 1       | Ada        | Lovelace  | Analytical Engines | ada@example.com | 020 7946 0018 | Trade fair 📣 |
    And the lead "Lovelace" of Initech reads:
      | version | first name | last name | company            | email           | source        | status |
      | 1       | Ada        | Lovelace  | Analytical Engines | ada@example.com | Trade fair 📣 | new    |

  @prd-2.3.1 @prd-2.3.2 @prd-2.3.3 @prd-2.3.4 @prd-2.3.5
  Scenario Outline: A last name and the company <company> are enough for a lead
    Given Acme is a tenant
    When Acme creates the lead "Lovelace" with:
      | last name | company   | first name | email  | phone  | source |
      | Lovelace  | <company> | (none)     | (none) | (none) | (none) |
    Then the subscribers of Acme have received exactly:
      | event       | about    | version | last name | company     | first name | email  | phone  | source |
      | LeadCreated | Lovelace | 1       | Lovelace  | <announced> | (none)     | (none) | (none) | (none) |
    And the lead "Lovelace" of Acme reads:
      | version | company     | first name | email  | phone  | source |
      | 1       | <announced> | (none)     | (none) | (none) | (none) |

    Examples:
      | company                   | announced            |
      | (255 letters)             | (255 letters)        |
      | "  Łódź & Söhne \| Krąg " | Łódź & Söhne \| Krąg |
      | مصنع "المحركات"           | مصنع "المحركات"      |

  @prd-2.3.10
  Scenario: Changed details of a lead are announced without the rest
    Given Initech is a tenant
    And Initech has the lead "Lovelace" with:
      | last name | company            | phone         | source |
      | Lovelace  | Analytical Engines | 020 7946 0018 | Web    |
    When Initech updates the lead "Lovelace" with:
      | company                  | email           | source |
      | Difference Engines "Two" | ada@example.net | (none) |
    Then the subscribers of Initech have received exactly:
      | event       | about    | version | company                  | email           | source | last name   | phone       |
      | LeadUpdated | Lovelace | 2       | Difference Engines "Two" | ada@example.net | (none) | (not there) | (not there) |
    And the lead "Lovelace" of Initech reads:
      | version | company                  | email           | source | last name | phone         |
      | 2       | Difference Engines "Two" | ada@example.net | (none) | Lovelace  | 020 7946 0018 |

  @prd-2.3.6 @prd-2.3.11
  Scenario Outline: A qualified lead is announced with its score <score>
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    When Acme qualifies the lead "Lovelace" with:
      | score   |
      | <score> |
    Then the subscribers of Acme have received exactly:
      | event         | about    | version | score   |
      | LeadQualified | Lovelace | 2       | <score> |
    And the lead "Lovelace" of Acme reads:
      | version | status    | score   |
      | 2       | qualified | <score> |

    Examples:
      | score |
      | 0     |
      | 73    |
      | 100   |

  @prd-2.3.12
  Scenario: A disqualified lead says why it was given up
    Given Initech is a tenant
    And Initech has the lead "Lovelace"
    When Initech disqualifies the lead "Lovelace" with:
      | reason                        |
      | Wants a "difference" engine ⚙️ |
    Then the subscribers of Initech have received exactly:
      | event            | about    | version | reason                        |
      | LeadDisqualified | Lovelace | 2       | Wants a "difference" engine ⚙️ |
    And the lead "Lovelace" of Initech reads:
      | version | status       |
      | 2       | disqualified |

  @prd-2.3.13
  Scenario: A converted lead names what became of it
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace"
    Then the subscribers of Acme have received in order:
      | event              | about                  | version | account            | contact            | opportunity            |
      | LeadConverted      | Lovelace               | 3       | Lovelace's account | Lovelace's contact | Lovelace's opportunity |
      | AccountCreated     | Lovelace's account     | 1       |                    |                    |                        |
      | ContactCreated     | Lovelace's contact     | 1       | Lovelace's account |                    |                        |
      | OpportunityCreated | Lovelace's opportunity | 1       | Lovelace's account |                    |                        |
    And the lead "Lovelace" of Acme reads:
      | version | status    | account            | contact            | opportunity            |
      | 3       | converted | Lovelace's account | Lovelace's contact | Lovelace's opportunity |

  Scenario Outline: The lead rules refuse to <attempt> with the <field> <value>
    Given Initech is a tenant
    And Initech has the lead "Lovelace"
    When Initech tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "invalid <field>"
    And nothing has changed at Initech

    @prd-2.3.1
    Examples: The last name is required and is a text
      | attempt                    | field     | value         |
      | create the lead "Babbage"  | last name | (none)        |
      | create the lead "Babbage"  | last name | (256 letters) |
      | update the lead "Lovelace" | last name | (spaces)      |

    @prd-2.3.2
    Examples: The company is required and is a text
      | attempt                    | field   | value         |
      | create the lead "Babbage"  | company | (blank)       |
      | create the lead "Babbage"  | company | (256 letters) |
      | update the lead "Lovelace" | company | (none)        |

    @prd-2.3.3
    Examples: First name and source are texts
      | attempt                    | field      | value         |
      | create the lead "Babbage"  | first name | (blank)       |
      | update the lead "Lovelace" | first name | (256 letters) |
      | create the lead "Babbage"  | source     | (256 letters) |
      | update the lead "Lovelace" | source     | (spaces)      |

    @prd-2.3.4
    Examples: The email is an email address
      | attempt                    | field | value              |
      | create the lead "Babbage"  | email | charles at example |
      | update the lead "Lovelace" | email | a b@example.com    |

    @prd-2.3.5
    Examples: The phone has 1 to 50 characters
      | attempt                    | field | value        |
      | create the lead "Babbage"  | phone | (blank)      |
      | update the lead "Lovelace" | phone | (51 letters) |

    @prd-2.3.6
    Examples: The score is required and is a whole number from 0 to 100
      | attempt                     | field | value  |
      | qualify the lead "Lovelace" | score | (none) |
      | qualify the lead "Lovelace" | score | -1     |
      | qualify the lead "Lovelace" | score | 101    |
      | qualify the lead "Lovelace" | score | 50.5   |

    @prd-2.3.7
    Examples: The reason for a disqualification is required and is a text
      | attempt                        | field  | value         |
      | disqualify the lead "Lovelace" | reason | (none)        |
      | disqualify the lead "Lovelace" | reason | (spaces)      |
      | disqualify the lead "Lovelace" | reason | (256 letters) |

  @prd-2.3.8
  Scenario Outline: A conversion with the <field> <value> is refused
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme tries to convert the lead "Lovelace" with:
      | <field> |
      | <value> |
    Then the command is refused as "<refusal>"
    And nothing has changed at Acme

    Examples: What is missing
      | field            | value      | refusal                  |
      | opportunity name | (none)     | invalid opportunity name |
      | amount           | (none)     | invalid amount           |
      | amount           | 1.0 (none) | invalid currency         |
      | close date       | (none)     | invalid close date       |
      | owner            | (none)     | invalid owner            |

    Examples: What breaks a rule
      | field            | value         | refusal                  |
      | opportunity name | (256 letters) | invalid opportunity name |
      | amount           | -1.00 GBP     | invalid amount           |
      | amount           | 1.00 ZZZ      | invalid currency         |
      | close date       | 2026-02-30    | invalid close date       |
      | owner            | (spaces)      | invalid owner            |

  @prd-2.3.14
  Scenario: A qualified lead cannot be qualified again
    Given Initech is a tenant
    And Initech has the lead "Lovelace"
    And Initech has qualified the lead "Lovelace"
    When Initech tries to qualify the lead "Lovelace" with:
      | score |
      | 99    |
    Then the command is refused as "lead qualified"
    And nothing has changed at Initech

  @prd-2.3.17
  Scenario: A lead that was never qualified cannot be converted
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    When Acme tries to convert the lead "Lovelace"
    Then the command is refused as "lead not qualified"
    And nothing has changed at Acme

  Scenario Outline: No attempt to <attempt> a <status> lead succeeds
    Given Initech is a tenant
    And Initech has the lead "Lovelace"
    And Initech has qualified the lead "Lovelace"
    And Initech has <status> the lead "Lovelace"
    When Initech tries to <attempt> the lead "Lovelace"
    Then the command is refused as "lead <status>"
    And nothing has changed at Initech

    @prd-2.3.15
    Examples: It was given up
      | status       | attempt    |
      | disqualified | update     |
      | disqualified | qualify    |
      | disqualified | disqualify |
      | disqualified | convert    |

    @prd-2.3.16
    Examples: It has become a customer
      | status    | attempt    |
      | converted | update     |
      | converted | qualify    |
      | converted | disqualify |
      | converted | convert    |
