"""The pages of a designer's own account."""
