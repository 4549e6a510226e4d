"""Award: from a settled grade to a record that others believe: evidence, hours, assessment, review, certificates, title records."""
