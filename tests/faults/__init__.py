"""Faults on purpose: real processes killed, stopped and starved, and the invariants afterwards."""
