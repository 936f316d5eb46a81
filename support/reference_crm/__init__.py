"""The reference CRM: a small event-sourced, multi-tenant CRM, the default system under test."""
