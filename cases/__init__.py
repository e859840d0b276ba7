"""What people do with an alert: the store, its audit chain, and webhooks to case systems. Imports all rooms but the console."""
