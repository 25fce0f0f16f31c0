"""A board's files kept in step with the mesh: what becomes of each (pure), what they were based on, and the files themselves."""
