"""What nodes offer each other: tools, announced and called through the lead; and the events that the lead keeps."""
