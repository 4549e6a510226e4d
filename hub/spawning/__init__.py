"""Rooms: a learner's own Jupyter server behind walls, and the site-wide Jupyter configuration (etc/) it reads."""
