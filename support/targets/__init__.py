"""What the suite can run against: how it starts, what it can do, how it is cleaned up."""
