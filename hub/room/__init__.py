"""What runs inside a learner's room: the Jupyter server that a warm fork becomes. Porch: it imports nothing of the house below."""
