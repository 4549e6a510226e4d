"""Release gates: what an assignment has to show before its points may stand behind a certificate."""
