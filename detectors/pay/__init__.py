"""Third-party payment (plan 二(二)): one file a detector, named after what it finds."""
