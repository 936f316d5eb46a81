"""The control plane for failures of transport and processes."""
