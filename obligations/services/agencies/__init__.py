"""Agencies and their contacts over time: names, mergers, splits, what passes to whom."""
