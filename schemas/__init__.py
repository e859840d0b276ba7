"""Schemas room: what an event is. Imports no other room; every room may import it."""
