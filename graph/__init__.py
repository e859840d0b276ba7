"""Graph room: who owns whom and who paid whom. Imports schemas only; detectors, streams and console may import it."""
