"""评: pages of competencies, hours, assessment, review, certificates and title records."""
