"""Ad-hoc requests: plans of one task that are written on a page."""
