"""nbgrader's exchange over the portal's HTTP API: what list, fetch, submit and feedback do in a room."""
