"""The clinic behind the small host: its database, its demo people, and the import of a clinic's own list."""
