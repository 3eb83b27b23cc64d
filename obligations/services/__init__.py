"""One use case a module. A service takes a Context (or an App where it must open its own transactions)."""
