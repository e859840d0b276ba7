"""Large-value reports."""
