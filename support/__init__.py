"""Everything behind the sentences: the suite's own code, and the reference CRM beside it."""
