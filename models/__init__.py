"""What is stored: SQLModel tables by family, the engine, named queries, migrations. No behaviour beyond trivial properties."""
