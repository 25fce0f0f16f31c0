"""What keeps a board tidy: faults found, and closed work archived."""
