"""Nonsense, much of it, sent to a running portal: nothing may answer 5xx or slowly."""
