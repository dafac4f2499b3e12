"""Pages of the private link."""
