"""Signatures: the ring of yearly keys, and what checks a signature."""
