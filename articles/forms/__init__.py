"""What people of the desk type: `stories` for the writing form, `vocabulary` for what stories are sorted by."""
