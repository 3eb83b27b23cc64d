"""Days off and working days, imported, kept in versions and watched."""
