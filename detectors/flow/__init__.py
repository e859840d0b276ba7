"""Leads from transfers alone, over every account (catalogue §4.14)."""
