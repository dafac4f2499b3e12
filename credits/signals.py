"""Signals of the ledger."""

from django.dispatch import Signal

granted = Signal()  # holder: credits came, after the commit; work that waits for them may go on
