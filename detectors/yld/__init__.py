"""Yields and subsidies (plan 三(四)): one file a detector, named after what it finds."""
