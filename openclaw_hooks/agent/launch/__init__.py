"""Programs that may take long and print much: in a process group of their own, bounded, and ended whole."""
