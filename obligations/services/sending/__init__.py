"""From a planned message to a settled one: caps and queues, rendering, claims, outcomes, fallbacks."""
