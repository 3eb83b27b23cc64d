"""Prefect flows: thin entry points. A flow opens the App, calls one service, shows the result."""
