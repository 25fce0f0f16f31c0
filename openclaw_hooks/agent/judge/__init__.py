"""What an attempt is told, what the checks find in it, and what becomes of it."""
