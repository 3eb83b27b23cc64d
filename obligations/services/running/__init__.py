"""What runs by itself: the tick, what has come due, upkeep, the state of the service."""
