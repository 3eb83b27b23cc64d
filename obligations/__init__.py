"""The core: rules (pure) and services (use cases)."""
