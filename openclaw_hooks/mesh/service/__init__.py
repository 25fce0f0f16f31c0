"""What the lead does for all nodes: decides their commands, writes what follows, and says what happened."""
