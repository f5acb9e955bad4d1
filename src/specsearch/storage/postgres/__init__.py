"""A schema of a PostgreSQL database as a store: the truth, what finds passages in it, and the engine that proposes them."""
