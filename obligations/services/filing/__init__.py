"""Putting work away: the file of a finished period, and what must not be kept."""
