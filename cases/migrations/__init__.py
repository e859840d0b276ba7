"""Alembic's scripts of the case store."""
