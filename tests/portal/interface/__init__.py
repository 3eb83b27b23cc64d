"""The JSON interface, asked over a real connection."""
