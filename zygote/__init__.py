"""Processes that start warm, and the walls around what runs in them."""
