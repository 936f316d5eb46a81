"""The CRM's own subscribers: what each does with an event that is its turn."""
