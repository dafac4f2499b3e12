"""Subscribers, their shoots and their pictures, taken over from the system this one replaces."""
