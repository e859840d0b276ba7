"""City: a deterministic generated city with schemes, lawful look-alikes and their truth. Imports schemas only."""
