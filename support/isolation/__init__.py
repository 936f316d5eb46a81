"""What only the isolation features say: tenants beside each other, and who reaches for whose."""
