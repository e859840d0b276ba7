"""Signed webhooks: who wants to know of which alerts, and how they are told, once at least and in order."""
