"""The sidecar of a repository: one process that keeps its board in step with the mesh and answers for it."""
