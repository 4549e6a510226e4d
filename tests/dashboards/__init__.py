"""The boards: a real portal, the real service, and a browser."""
