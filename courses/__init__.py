"""What is taught: the catalogue, its loader, and the building of releases."""
