"""Proofs of the room hub/sources."""
