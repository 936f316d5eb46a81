"""What befalls deliveries in a scenario, and what can be seen of it while it lasts."""
