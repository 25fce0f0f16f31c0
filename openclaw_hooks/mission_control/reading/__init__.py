"""One file per kind of fact: what the repository says, read once."""
