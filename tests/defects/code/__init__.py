"""Defects in the CRM: each a patch of one thing of the reference CRM."""
