"""Equity crowdfunding (plan 二(六)): one file a detector, named after what it finds."""
