"""Parsers of what agencies send, one file per format: bytes in, `wire.story.Story` out, no database."""
