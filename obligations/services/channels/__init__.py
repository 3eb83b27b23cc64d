"""Which channels there are, which one a contact is written to by, and how each is."""
