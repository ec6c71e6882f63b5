"""SQLAlchemy: our own tables, the audience queries, the outbox. Sessions come from the host."""
