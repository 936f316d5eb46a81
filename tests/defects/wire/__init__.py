"""Defects between the CRM and AWS: a proxy that tampers with what passes."""
