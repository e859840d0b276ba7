"""Trading venues: plan 二(四), catalogue §4.5."""
