"""The product broken on purpose: real processes, seeded disasters, and an audit from outside.

`make chaos`, or `python -m tests.chaos --help`.
"""
