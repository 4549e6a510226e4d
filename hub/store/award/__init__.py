"""What the journeys of award keep, in PostgreSQL."""
