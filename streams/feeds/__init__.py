"""Feeds as a service: drop folders, versions of files, what is owed and what is missing. Imports what `streams` imports."""
