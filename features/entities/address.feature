@prd-2.7
Feature: Addresses say where customers are, and where parcels go
  A parcel that goes to last year's address comes back; a missed event sends it there. Addresses are seen in
  their views and in their events. An owner has at most one primary address at a time, and the newest choice
  counts. Whether a place exists is not promised, only that its country does.

  @prd-2.7.1 @prd-2.7.4 @prd-2.7.9
  Scenario Outline: A new address of the <entity> is announced with its lines
    Given Cyberdyne is a tenant
    And Cyberdyne has the <entity> "Globex"
    When Cyberdyne adds the address "Office" with:
      | belongs to | line1   | line2   | postal code   | city   | country   |
      | Globex     | <line1> | <line2> | <postal code> | <city> | <country> |
    Then the subscribers of Cyberdyne have received exactly:
      | event        | about  | version | belongs to | line1   | line2   | postal code   | city   | country   |
      | AddressAdded | Office | 1       | Globex     | <line1> | <line2> | <postal code> | <city> | <country> |
    And the address "Office" of Cyberdyne reads:
      | version | belongs to | line1   | line2   | postal code   | city   | country   | status  | primary |
      | 1       | Globex     | <line1> | <line2> | <postal code> | <city> | <country> | current | no      |

    Examples:
      | entity  | line1             | line2         | postal code | city           | country |
      | account | 1 "Old" Mill Lane | Unit 7 🏭     | SW1A 1AA    | London         | GB      |
      | contact | רחוב הרצל 1       | (none)        | (none)      | תל אביב        | IL      |
      | account | 丸の内1-1         | (255 letters) | 〒100-0005  | 東京都千代田区 | JP      |
      | contact | (255 letters)     | (none)        | 3167        | Åsgårdstrand   | NO      |

  @prd-2.7.10
  Scenario: A corrected address announces only what was corrected
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the address "Office" with:
      | line1       | line2  | postal code | city   | country |
      | 1 Mill Lane | Unit 7 | SW1A 1AA    | Londen | GB      |
    When Acme corrects the address "Office" with:
      | line2  | postal code | city       |
      | (none) | SW1A 1AA    | "London  " |
    Then the subscribers of Acme have received exactly:
      | event            | about  | version | line2  | city   | line1       | postal code | country     |
      | AddressCorrected | Office | 2       | (none) | London | (not there) | (not there) | (not there) |
    And the address "Office" of Acme reads:
      | version | line1       | line2  | postal code | city   | country |
      | 2       | 1 Mill Lane | (none) | SW1A 1AA    | London | GB      |

  @prd-2.7.11 @smoke
  Scenario: The first primary address of an owner replaces none
    Given Cyberdyne is a tenant
    And Cyberdyne has the contact "Ada"
    And Cyberdyne has the address "Office" with:
      | belongs to |
      | Ada        |
    When Cyberdyne makes primary the address "Office"
    Then the subscribers of Cyberdyne have received exactly:
      | event              | about  | version | belongs to | replaces | nth |
      | AddressMadePrimary | Office | 2       | Ada        | (none)   | 1   |
    And the address "Office" of Cyberdyne reads:
      | version | belongs to | primary | status  |
      | 2       | Ada        | yes     | current |

  @prd-2.7.8 @prd-2.7.11
  Scenario: A new primary address replaces the one before
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the address "Office"
    And Acme has the address "Plant"
    And Acme has made primary the address "Office"
    When Acme makes primary the address "Plant"
    Then the subscribers of Acme have received exactly:
      | event              | about | version | belongs to | replaces | nth |
      | AddressMadePrimary | Plant | 2       | Globex     | Office   | 2   |
    And the address "Plant" of Acme reads:
      | version | primary |
      | 2       | yes     |
    And the address "Office" of Acme reads:
      | version | primary |
      | 2       | no      |

  @prd-2.7.8 @prd-2.7.11
  Scenario: Addresses that are made primary at the same moment replace one another
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the address "Office" 6 times
    When several people at Acme each make primary the address at the same time with:
      | about    |
      | Office 1 |
      | Office 2 |
      | Office 3 |
      | Office 4 |
      | Office 5 |
      | Office 6 |
    Then the subscribers of Acme have received exactly:
      | event              | version | belongs to | nth |
      | AddressMadePrimary | 2       | Globex     | 1   |
      | AddressMadePrimary | 2       | Globex     | 2   |
      | AddressMadePrimary | 2       | Globex     | 3   |
      | AddressMadePrimary | 2       | Globex     | 4   |
      | AddressMadePrimary | 2       | Globex     | 5   |
      | AddressMadePrimary | 2       | Globex     | 6   |

  @prd-2.7.8
  Scenario: The primary address of another owner stays primary
    Given Cyberdyne is a tenant
    And Cyberdyne has the account "Globex"
    And Cyberdyne has the contact "Ada"
    And Cyberdyne has the address "Office" with:
      | belongs to |
      | Globex     |
    And Cyberdyne has the address "Home" with:
      | belongs to |
      | Ada        |
    And Cyberdyne has made primary the address "Office"
    When Cyberdyne makes primary the address "Home"
    Then the subscribers of Cyberdyne have received exactly:
      | event              | about | version | belongs to | replaces | nth |
      | AddressMadePrimary | Home  | 2       | Ada        | (none)   | 1   |
    And the address "Office" of Cyberdyne reads:
      | version | primary |
      | 2       | yes     |

  @prd-2.7.7 @prd-2.7.12
  Scenario Outline: A removed address announces the reason <reason>
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the address "Office"
    When Acme removes the address "Office" with:
      | reason   |
      | <reason> |
    Then the subscribers of Acme have received exactly:
      | event          | about  | version | reason   |
      | AddressRemoved | Office | 2       | <reason> |
    And the address "Office" of Acme reads:
      | version | status  | primary |
      | 2       | removed | no      |

    Examples:
      | reason                 |
      | "Moved", says the post |
      | (none)                 |

  @prd-2.7.8 @prd-2.7.12
  Scenario: An address that is no longer the primary one can be removed
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the address "Office"
    And Acme has the address "Plant"
    And Acme has made primary the address "Office"
    And Acme has made primary the address "Plant"
    When Acme removes the address "Office"
    Then the subscribers of Acme have received exactly:
      | event          | about  | version |
      | AddressRemoved | Office | 3       |

  Scenario Outline: The address rules refuse to <attempt> with the <field> <value>
    Given Cyberdyne is a tenant
    And Cyberdyne has the account "Globex"
    And Cyberdyne has the address "Office"
    When Cyberdyne tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "invalid <field>"
    And nothing has changed at Cyberdyne

    @prd-2.7.3
    Examples: The first line is required and is a text
      | attempt                      | field | value         |
      | add the address "Plant"      | line1 | (none)        |
      | add the address "Plant"      | line1 | (256 letters) |
      | correct the address "Office" | line1 | (spaces)      |

    @prd-2.7.4
    Examples: Second line and postal code are texts
      | attempt                      | field       | value         |
      | add the address "Plant"      | line2       | (blank)       |
      | correct the address "Office" | line2       | (256 letters) |
      | add the address "Plant"      | postal code | (256 letters) |
      | correct the address "Office" | postal code | (spaces)      |

    @prd-2.7.5
    Examples: The city is required and is a text
      | attempt                      | field | value         |
      | add the address "Plant"      | city  | (none)        |
      | add the address "Plant"      | city  | (256 letters) |
      | correct the address "Office" | city  | (none)        |

    @prd-2.7.6
    Examples: The country is required and is a two-letter code of ISO 3166
      | attempt                      | field   | value   |
      | add the address "Plant"      | country | (none)  |
      | add the address "Plant"      | country | ZZ      |
      | add the address "Plant"      | country | DEU     |
      | correct the address "Office" | country | Germany |

    @prd-2.7.7
    Examples: The reason for a removal is a text
      | attempt                     | field  | value         |
      | remove the address "Office" | reason | (blank)       |
      | remove the address "Office" | reason | (256 letters) |

  Scenario Outline: An address that belongs to the <kind> <id> is refused
    Given Acme is a tenant
    When Acme tries to add the address "Office" with:
      | owner type | owner id |
      | <kind>     | <id>     |
    Then the command is refused as "<refusal>"
    And the subscribers of Acme have received nothing

    @prd-2.7.1
    Examples: It may belong to two kinds of entity
      | kind   | id              | refusal            |
      | lead   | nobodys-lead    | invalid owner type |
      | (none) | nobodys-account | invalid owner type |

    @prd-2.7.2
    Examples: The owner is named by its entity id
      | kind    | id            | refusal          |
      | account | (none)        | invalid owner id |
      | contact | (101 letters) | invalid owner id |
      | contact | not an id     | invalid owner id |

    @prd-2.7.13
    Examples: The owner exists
      | kind    | id              | refusal       |
      | account | nobodys-account | unknown owner |
      | contact | nobodys-contact | unknown owner |

  @prd-2.7.14
  Scenario Outline: No attempt to <attempt> the primary address succeeds
    Given Cyberdyne is a tenant
    And Cyberdyne has the account "Globex"
    And Cyberdyne has the address "Office"
    And Cyberdyne has made primary the address "Office"
    When Cyberdyne tries to <attempt> the address "Office"
    Then the command is refused as "address primary"
    And nothing has changed at Cyberdyne

    Examples:
      | attempt      |
      | make primary |
      | remove       |

  @prd-2.7.15
  Scenario Outline: No attempt to <attempt> a removed address succeeds
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the address "Office"
    And Acme has removed the address "Office"
    When Acme tries to <attempt> the address "Office"
    Then the command is refused as "address removed"
    And nothing has changed at Acme

    Examples:
      | attempt      |
      | correct      |
      | make primary |
      | remove       |
