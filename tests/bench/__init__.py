"""Measurements, each ending in one line of JSON."""
