"""Judging: a source notebook and submitted bytes go in, a verdict comes out."""
