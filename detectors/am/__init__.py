"""Asset management and groups with several licences: plan 二(八), catalogue §4.9."""
