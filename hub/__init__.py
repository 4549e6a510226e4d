"""The platform: rules, journey, store, doors, and the nbgrader exchange."""
