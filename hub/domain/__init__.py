"""Rules of the field in plain Python: no framework, no clock, no database; they answer yes, or no with a reason."""
