"""What JupyterHub is told: one concern a file, each a list of decisions in ``decide(c, settings)``."""
