"""The published language: event schemas by type and version, and the models that read them."""
