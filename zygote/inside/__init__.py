"""What runs between `unshare` and the walled program: standard library only, no site-packages, nobody's code."""
