"""What must not be read: restricted names, words taken out, and the proof that they are gone."""
