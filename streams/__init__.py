"""Streams room: Kafka, Faust and the disk on behalf of the engine.

Imports detectors, graph and schemas; the console may import it.
"""
