"""Milvus as what finds candidates for a store whose truth is PostgreSQL: `engine` over `server`, which alone knows pymilvus."""
