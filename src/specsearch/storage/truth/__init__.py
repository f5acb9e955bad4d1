"""The truth of an index in SQL, the same in SQLite and in PostgreSQL: every value, checksum and sum of checksums."""
