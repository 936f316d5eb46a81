@prd-2.2
Feature: Contacts say whom to talk to and what they have agreed to
  Everybody who writes to a contact relies on these events: a missed one sends mail to the wrong company, or
  against a consent that was withdrawn. They are seen in the contact's view and in its events. Whether an
  address can be written to is not promised, only that it has the form of one.

  @prd-2.2.8 @smoke
  Scenario: A new contact is announced with names, account and consent
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    When Umbrella creates the contact "Ada" with:
      | first name | last name | email               | phone               | account | consent |
      | Ada        | Lovelace  | ada+crm@example.com | +44 (0)20 7946 0018 | Globex  | yes     |
    Then the subscribers of Umbrella have received exactly:
      | event          | about | version | first name | last name | email               | phone               | account | consent |
      | ContactCreated | Ada   | 1       | Ada        | Lovelace  | ada+crm@example.com | +44 (0)20 7946 0018 | Globex  | yes     |
    And the contact "Ada" of Umbrella reads:
      | version | first name | last name | email               | account | consent | status |
      | 1       | Ada        | Lovelace  | ada+crm@example.com | Globex  | yes     | active |

  @prd-2.2.1 @prd-2.2.2 @prd-2.2.3 @prd-2.2.4 @prd-2.2.5 @prd-2.2.6
  Scenario Outline: The last name <last name> is enough for a contact
    Given Acme is a tenant
    When Acme creates the contact "Ada" with:
      | last name   | first name | email  | phone  |
      | <last name> | (none)     | (none) | (none) |
    Then the subscribers of Acme have received exactly:
      | event          | about | version | last name   | first name | email  | phone  | account | consent |
      | ContactCreated | Ada   | 1       | <announced> | (none)     | (none) | (none) | (none)  | no      |
    And the contact "Ada" of Acme reads:
      | version | last name   | first name | email  | phone  | account | consent |
      | 1       | <announced> | (none)     | (none) | (none) | (none)  | no      |

    Examples:
      | last name              | announced         |
      | (255 letters)          | (255 letters)     |
      | "  Ñúñez-O'Brien 3rd " | Ñúñez-O'Brien 3rd |
      | الخوارزمي              | الخوارزمي         |

  @prd-2.2.9
  Scenario: Changed details of a contact are announced without the rest
    Given Umbrella is a tenant
    And Umbrella has the contact "Ada" with:
      | first name | last name | email           | phone         |
      | Ada        | Byron     | ada@example.com | 020 7946 0018 |
    When Umbrella updates the contact "Ada" with:
      | last name | email           | phone  |
      | Lovelace  | ada@example.org | (none) |
    Then the subscribers of Umbrella have received exactly:
      | event          | about | version | last name | email           | phone  | first name  |
      | ContactUpdated | Ada   | 2       | Lovelace  | ada@example.org | (none) | (not there) |
    And the contact "Ada" of Umbrella reads:
      | version | first name | last name | email           | phone  |
      | 2       | Ada        | Lovelace  | ada@example.org | (none) |

  @prd-2.2.10
  Scenario Outline: A move to another account names the previous account <before>
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the account "Initech"
    And Acme has the contact "Ada" with:
      | account  |
      | <before> |
    When Acme moves the contact "Ada" with:
      | account |
      | Globex  |
    Then the subscribers of Acme have received exactly:
      | event                 | about | version | account | previous account |
      | ContactMovedToAccount | Ada   | 2       | Globex  | <before>         |
    And the contact "Ada" of Acme reads:
      | version | account |
      | 2       | Globex  |

    Examples:
      | before  |
      | Initech |
      | (none)  |

  @prd-2.2.7 @prd-2.2.11
  Scenario Outline: A withdrawal of consent announces the reason <reason>
    Given Umbrella is a tenant
    And Umbrella has the contact "Ada" with:
      | consent |
      | yes     |
    When Umbrella withdraws consent of the contact "Ada" with:
      | reason   |
      | <reason> |
    Then the subscribers of Umbrella have received exactly:
      | event                   | about | version | reason   |
      | ContactConsentWithdrawn | Ada   | 2       | <reason> |
    And the contact "Ada" of Umbrella reads:
      | version | consent | status |
      | 2       | no      | active |

    Examples:
      | reason               |
      | "Stop!", she said 🛑 |
      | (none)               |

  @prd-2.2.7 @prd-2.2.12
  Scenario Outline: An archived contact announces the reason <reason>
    Given Acme is a tenant
    And Acme has the contact "Ada"
    When Acme archives the contact "Ada" with:
      | reason   |
      | <reason> |
    Then the subscribers of Acme have received exactly:
      | event           | about | version | reason   |
      | ContactArchived | Ada   | 2       | <reason> |
    And the contact "Ada" of Acme reads:
      | version | status   |
      | 2       | archived |

    Examples:
      | reason         |
      | Retired in May |
      | (none)         |

  Scenario Outline: The contact rules refuse to <attempt> with the <field> <value>
    Given Umbrella is a tenant
    And Umbrella has the contact "Ada"
    When Umbrella tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "invalid <field>"
    And nothing has changed at Umbrella

    @prd-2.2.1
    Examples: The last name is required and is a text
      | attempt                    | field     | value         |
      | create the contact "Grace" | last name | (none)        |
      | create the contact "Grace" | last name | (256 letters) |
      | update the contact "Ada"   | last name | (spaces)      |

    @prd-2.2.2
    Examples: The first name is a text
      | attempt                    | field      | value         |
      | create the contact "Grace" | first name | (blank)       |
      | update the contact "Ada"   | first name | (256 letters) |

    @prd-2.2.3
    Examples: The email is an email address
      | attempt                    | field | value   |
      | create the contact "Grace" | email | nobody  |
      | update the contact "Ada"   | email | ada@    |
      | update the contact "Ada"   | email | (blank) |

    @prd-2.2.4
    Examples: The phone has 1 to 50 characters
      | attempt                    | field | value        |
      | create the contact "Grace" | phone | (51 letters) |
      | update the contact "Ada"   | phone | (spaces)     |

    @prd-2.2.5
    Examples: The consent is true or false
      | attempt                    | field   | value   |
      | create the contact "Grace" | consent | (none)  |
      | create the contact "Grace" | consent | (blank) |

    @prd-2.2.6
    Examples: The account is an entity id, and required in a move
      | attempt                    | field      | value         |
      | create the contact "Grace" | account id | (101 letters) |
      | move the contact "Ada"     | account id | not an id     |
      | move the contact "Ada"     | account id | (none)        |

    @prd-2.2.7
    Examples: A reason is a text
      | attempt                               | field  | value         |
      | withdraw consent of the contact "Ada" | reason | (blank)       |
      | archive the contact "Ada"             | reason | (256 letters) |

  Scenario Outline: An <status> account takes no contact: to <attempt> is refused
    Given Acme is a tenant
    And Acme has the contact "Ada"
    And Acme has the account "Globex"
    And Acme has deactivated the account "Globex"
    When Acme tries to <attempt> with:
      | account   |
      | <account> |
    Then the command is refused as "<refusal>"
    And nothing has changed at Acme

    @prd-2.2.13
    Examples: There is no such account
      | status  | attempt                    | account   | refusal         |
      | unknown | create the contact "Grace" | (unknown) | unknown account |
      | unknown | move the contact "Ada"     | (unknown) | unknown account |

    @prd-2.2.14
    Examples: The account was deactivated
      | status   | attempt                    | account | refusal          |
      | inactive | create the contact "Grace" | Globex  | account inactive |
      | inactive | move the contact "Ada"     | Globex  | account inactive |

  @prd-2.2.15
  Scenario: A move to the contact's own account is refused
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has the contact "Ada" with:
      | account |
      | Globex  |
    When Umbrella tries to move the contact "Ada" with:
      | account |
      | Globex  |
    Then the command is refused as "account unchanged"
    And the subscribers of Umbrella have received nothing

  @prd-2.2.16
  Scenario: A consent that was never given cannot be withdrawn
    Given Acme is a tenant
    And Acme has the contact "Ada" with:
      | consent |
      | no      |
    When Acme tries to withdraw consent of the contact "Ada"
    Then the command is refused as "consent not given"
    And the subscribers of Acme have received nothing

  @prd-2.2.17
  Scenario Outline: No attempt to <attempt> an archived contact succeeds
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has the contact "Ada" with:
      | consent |
      | yes     |
    And Umbrella has archived the contact "Ada"
    When Umbrella tries to <attempt> the contact "Ada" with:
      | <field> |
      | <value> |
    Then the command is refused as "contact archived"
    And nothing has changed at Umbrella

    Examples:
      | attempt             | field     | value    |
      | update              | last name | Lovelace |
      | move                | account   | Globex   |
      | withdraw consent of | reason    | Too late |
      | archive             | reason    | Again    |
