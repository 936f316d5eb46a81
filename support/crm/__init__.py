"""The port to a CRM under test, and the driver for one that speaks the published HTTP contract."""
