"""Calendar feeds: their addresses, their bytes, who fetches them."""
