"""P2P lending (plan 二(一)): one file a detector, named after what it finds."""
