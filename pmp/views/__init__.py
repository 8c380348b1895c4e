"""The pages of the problem profile, one file a subject."""
