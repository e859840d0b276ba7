"""One file a released revision."""
