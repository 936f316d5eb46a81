@prd-2.5
Feature: Activities say what was done with a customer and what is planned
  Calendars, reminders and the memory of a customer are built from these events: a missed one is a meeting
  that nobody attends. They are seen in the activity's view and in its events. Nothing is promised about
  when people are reminded. Times keep the offset in which they were given.

  @prd-2.5.1 @prd-2.5.4 @prd-2.5.6 @prd-2.5.8 @prd-2.5.11
  Scenario Outline: A logged <kind> is announced with the <entity> that it regards
    Given Wayne Enterprises is a tenant
    And Wayne Enterprises has the account "Initech"
    And Wayne Enterprises has the <entity> "Globex"
    When Wayne Enterprises logs the activity "First talk" with:
      | kind   | subject                  | regarding | happened at   | notes           |
      | <kind> | Talk about the "phoenix" | Globex    | <happened at> | (20000 letters) |
    Then the subscribers of Wayne Enterprises have received exactly:
      | event          | about      | version | kind   | subject                  | regarding | happened at   | notes           |
      | ActivityLogged | First talk | 1       | <kind> | Talk about the "phoenix" | Globex    | <happened at> | (20000 letters) |
    And the activity "First talk" of Wayne Enterprises reads:
      | version | kind   | regarding | happened at   | status |
      | 1       | <kind> | Globex    | <happened at> | logged |

    Examples:
      | kind    | entity      | happened at                 |
      | call    | account     | 2026-03-31T09:30:00+02:00   |
      | email   | contact     | 2025-12-31T23:59:59.5-09:30 |
      | meeting | lead        | 2026-01-01T00:00:00+14:00   |
      | note    | opportunity | 2024-02-29T12:00:00Z        |

  @prd-2.5.2 @prd-2.5.4 @prd-2.5.7 @prd-2.5.8 @prd-2.5.12
  Scenario Outline: A scheduled <kind> is announced with the <entity> that it regards
    Given Umbrella is a tenant
    And Umbrella has the account "Initech"
    And Umbrella has the <entity> "Globex"
    When Umbrella schedules the activity "Visit" with:
      | kind   | subject       | regarding | due at   | notes   |
      | <kind> | זיכרון 🗓️ n̈o 1 | Globex    | <due at> | <notes> |
    Then the subscribers of Umbrella have received exactly:
      | event             | about | version | kind   | subject       | regarding | due at   | notes   |
      | ActivityScheduled | Visit | 1       | <kind> | זיכרון 🗓️ n̈o 1 | Globex    | <due at> | <notes> |
    And the activity "Visit" of Umbrella reads:
      | version | kind   | regarding | due at   | notes   | status    |
      | 1       | <kind> | Globex    | <due at> | <notes> | scheduled |

    Examples:
      | kind    | entity      | due at                    | notes              |
      | call    | account     | 2026-07-01T08:00:00+05:45 | Ask for "the boss" |
      | email   | contact     | 2026-10-25T02:30:00+02:00 | (none)             |
      | meeting | lead        | 2026-10-25T02:30:00+01:00 | (256 letters)      |
      | task    | opportunity | 2099-12-31T23:59:59-12:00 | Bring 🍰           |

  @prd-2.5.13 @smoke
  Scenario: A rescheduled activity names the new and the previous time
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has the activity "Visit" with:
      | due at                    |
      | 2026-03-31T09:30:00+02:00 |
    When Umbrella reschedules the activity "Visit" with:
      | due at                    |
      | 2026-03-31T09:30:00-07:00 |
    Then the subscribers of Umbrella have received exactly:
      | event               | about | version | due at                    | previous due at           |
      | ActivityRescheduled | Visit | 2       | 2026-03-31T09:30:00-07:00 | 2026-03-31T09:30:00+02:00 |
    And the activity "Visit" of Umbrella reads:
      | version | due at                    | status    |
      | 2       | 2026-03-31T09:30:00-07:00 | scheduled |

  @prd-2.5.9 @prd-2.5.14
  Scenario Outline: A completed activity announces the outcome <outcome>
    Given Wayne Enterprises is a tenant
    And Wayne Enterprises has the account "Globex"
    And Wayne Enterprises has the activity "Visit"
    When Wayne Enterprises completes the activity "Visit" with:
      | outcome   |
      | <outcome> |
    Then the subscribers of Wayne Enterprises have received exactly:
      | event             | about | version | outcome   |
      | ActivityCompleted | Visit | 2       | <outcome> |
    And the activity "Visit" of Wayne Enterprises reads:
      | version | outcome   | status    |
      | 2       | <outcome> | completed |

    Examples:
      | outcome                 |
      | They said "yes" at once |
      | (255 letters)           |
      | (none)                  |

  @prd-2.5.15
  Scenario: A cancelled activity says why it was cancelled
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has the activity "Visit"
    When Umbrella cancels the activity "Visit" with:
      | reason                     |
      | إضراب القطارات 🚆 (strike) |
    Then the subscribers of Umbrella have received exactly:
      | event             | about | version | reason                     |
      | ActivityCancelled | Visit | 2       | إضراب القطارات 🚆 (strike) |
    And the activity "Visit" of Umbrella reads:
      | version | status    |
      | 2       | cancelled |

  Scenario Outline: The activity rules refuse to <attempt> with the <field> <value>
    Given Wayne Enterprises is a tenant
    And Wayne Enterprises has the account "Globex"
    And Wayne Enterprises has the activity "Visit"
    When Wayne Enterprises tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "invalid <field>"
    And nothing has changed at Wayne Enterprises

    @prd-2.5.1
    Examples: The kind of a logged activity is one of four
      | attempt                 | field | value  |
      | log the activity "Talk" | kind  | (none) |
      | log the activity "Talk" | kind  | task   |
      | log the activity "Talk" | kind  | letter |

    @prd-2.5.2
    Examples: The kind of a scheduled activity is one of four
      | attempt                      | field | value  |
      | schedule the activity "Talk" | kind  | (none) |
      | schedule the activity "Talk" | kind  | note   |
      | schedule the activity "Talk" | kind  | letter |

    @prd-2.5.3
    Examples: The subject is required and is a text
      | attempt                      | field   | value         |
      | log the activity "Talk"      | subject | (none)        |
      | log the activity "Talk"      | subject | (256 letters) |
      | schedule the activity "Talk" | subject | (none)        |
      | schedule the activity "Talk" | subject | (spaces)      |

    @prd-2.5.6
    Examples: The time when it happened is required and has an offset
      | attempt                 | field       | value               |
      | log the activity "Talk" | happened at | (none)              |
      | log the activity "Talk" | happened at | 2026-03-31T09:30:00 |
      | log the activity "Talk" | happened at | 2026-03-31          |

    @prd-2.5.7
    Examples: The time when it is due is required and has an offset
      | attempt                         | field  | value               |
      | schedule the activity "Talk"    | due at | (none)              |
      | schedule the activity "Talk"    | due at | 2026-03-31T09:30:00 |
      | reschedule the activity "Visit" | due at | (none)              |
      | reschedule the activity "Visit" | due at | 2026-03-31T09:30:00 |

    @prd-2.5.9
    Examples: The outcome is a text
      | attempt                       | field   | value         |
      | complete the activity "Visit" | outcome | (blank)       |
      | complete the activity "Visit" | outcome | (256 letters) |

    @prd-2.5.10
    Examples: The reason for a cancellation is required and is a text
      | attempt                     | field  | value         |
      | cancel the activity "Visit" | reason | (none)        |
      | cancel the activity "Visit" | reason | (spaces)      |
      | cancel the activity "Visit" | reason | (256 letters) |

  Scenario Outline: To <attempt> an activity regarding the <kind> <id> is refused
    Given Umbrella is a tenant
    When Umbrella tries to <attempt> the activity "Visit" with:
      | regarding type | regarding id |
      | <kind>         | <id>         |
    Then the command is refused as "<refusal>"
    And the subscribers of Umbrella have received nothing

    @prd-2.5.4
    Examples: It may regard four kinds of entity
      | attempt  | kind    | id              | refusal                |
      | log      | product | nobodys-product | invalid regarding type |
      | log      | (none)  | nobodys-account | invalid regarding type |
      | schedule | address | nobodys-address | invalid regarding type |
      | schedule | (none)  | nobodys-account | invalid regarding type |

    @prd-2.5.5
    Examples: What it regards is named by its entity id
      | attempt  | kind    | id            | refusal              |
      | log      | account | (none)        | invalid regarding id |
      | log      | lead    | not an id     | invalid regarding id |
      | schedule | contact | (none)        | invalid regarding id |
      | schedule | account | (101 letters) | invalid regarding id |

    @prd-2.5.16
    Examples: What it regards exists
      | attempt  | kind        | id                  | refusal           |
      | log      | account     | nobodys-account     | unknown regarding |
      | log      | lead        | nobodys-lead        | unknown regarding |
      | schedule | contact     | nobodys-contact     | unknown regarding |
      | schedule | opportunity | nobodys-opportunity | unknown regarding |

  @prd-2.5.17
  Scenario: Nothing can be scheduled with an inactive account
    Given Wayne Enterprises is a tenant
    And Wayne Enterprises has the account "Globex"
    And Wayne Enterprises has deactivated the account "Globex"
    When Wayne Enterprises tries to schedule the activity "Visit" with:
      | regarding |
      | Globex    |
    Then the command is refused as "account inactive"
    And nothing has changed at Wayne Enterprises

  @prd-2.5.17
  Scenario: What happened at an inactive account can be logged
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has deactivated the account "Globex"
    When Umbrella logs the activity "Farewell" with:
      | kind | regarding | happened at               |
      | call | Globex    | 2026-03-31T17:00:00+02:00 |
    Then the subscribers of Umbrella have received exactly:
      | event          | about    | version | kind | regarding | happened at               |
      | ActivityLogged | Farewell | 1       | call | Globex    | 2026-03-31T17:00:00+02:00 |
    And the activity "Farewell" of Umbrella reads:
      | version | regarding | status |
      | 1       | Globex    | logged |

  @prd-2.5.18
  Scenario Outline: An activity refuses the due time <due at> that it already has
    Given Wayne Enterprises is a tenant
    And Wayne Enterprises has the account "Globex"
    And Wayne Enterprises has the activity "Visit" with:
      | due at                    |
      | 2026-03-31T09:30:00+02:00 |
    When Wayne Enterprises tries to reschedule the activity "Visit" with:
      | due at   |
      | <due at> |
    Then the command is refused as "due at unchanged"
    And the subscribers of Wayne Enterprises have received nothing

    Examples:
      | due at                    |
      | 2026-03-31T09:30:00+02:00 |
      | 2026-03-31T07:30:00Z      |

  @prd-2.5.19
  Scenario Outline: No attempt to <attempt> a logged activity succeeds
    Given Umbrella is a tenant
    And Umbrella has the account "Globex"
    And Umbrella has logged the activity "Visit"
    When Umbrella tries to <attempt> the activity "Visit"
    Then the command is refused as "activity not open"
    And nothing has changed at Umbrella

    Examples:
      | attempt    |
      | reschedule |
      | complete   |
      | cancel     |

  @prd-2.5.19
  Scenario Outline: No attempt to <attempt> a <closed> activity succeeds
    Given Wayne Enterprises is a tenant
    And Wayne Enterprises has the account "Globex"
    And Wayne Enterprises has the activity "Visit"
    And Wayne Enterprises has <closed> the activity "Visit"
    When Wayne Enterprises tries to <attempt> the activity "Visit"
    Then the command is refused as "activity not open"
    And nothing has changed at Wayne Enterprises

    Examples:
      | closed    | attempt    |
      | completed | reschedule |
      | completed | complete   |
      | completed | cancel     |
      | cancelled | reschedule |
      | cancelled | complete   |
      | cancelled | cancel     |
