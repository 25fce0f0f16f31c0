"""What the lead knows of the board and what it decides: values in, values out; nothing here reads, writes or waits."""
