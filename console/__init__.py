"""Console room: how people touch the engine (command line). Imports every room; no room imports it."""
