"""A second CRM, written from the published contract alone: nothing in it is the reference CRM's."""
