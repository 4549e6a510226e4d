"""Objects that stay in the other process: what is told of them, and what stands for them here."""
