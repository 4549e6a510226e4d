"""Certificates on paper: typst, an embedded Chinese font, a QR code."""
