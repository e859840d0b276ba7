"""Runs and flight (plan 三(六)): one file a detector, named after what it finds."""
