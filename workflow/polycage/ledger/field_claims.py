"""tmp."""

CLAIMS = {}
