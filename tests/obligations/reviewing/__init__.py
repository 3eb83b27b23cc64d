"""The coordinator's review: side by side, undone, one more reminder."""
