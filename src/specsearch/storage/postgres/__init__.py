"""A schema of a PostgreSQL database as a store."""
