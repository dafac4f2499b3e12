"""Signals of the ledger."""

from django.dispatch import Signal

granted = Signal()  # user: credits came, after the commit; work that waits for them may go on
