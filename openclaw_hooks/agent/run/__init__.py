"""The loop: attempts at a task from claim to end, taken up again where it was killed."""
