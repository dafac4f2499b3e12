"""The jobs: each function takes an id, looks at the row, does what is due, and may run twice."""
