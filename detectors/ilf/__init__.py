"""Private investment and finance bodies (catalogue §4.6, clause 二(五))."""
