"""Internet insurance: plan 二(七), catalogue §4.8."""
