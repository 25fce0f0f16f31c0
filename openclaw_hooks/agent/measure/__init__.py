"""The metric of a task: run in a clean checkout with what measures the work taken from the base, and compared."""
