"""What one reader sees of plans, dates and health, and why a date is what it is."""
