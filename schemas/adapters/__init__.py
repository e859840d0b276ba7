"""Translators from outside formats to contract events, one file a format."""
