"""What git does for a run: worktrees, snapshots, the branch of kept work, and what an agent changed around them."""
