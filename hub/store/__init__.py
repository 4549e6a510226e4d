"""PostgreSQL behind the journeys, and files named by their digest."""
