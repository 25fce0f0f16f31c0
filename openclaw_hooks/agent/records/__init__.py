"""What is kept of a run on the board: rows of telemetry, and the attempts of a task for people to look at."""
