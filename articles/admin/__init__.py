"""The desk's rooms in the admin: one for stories, one for the words and names they are sorted by."""

from articles.admin import redaction, restrictions, stories, tags, vocabulary  # noqa: F401
