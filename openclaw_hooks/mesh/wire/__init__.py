"""What nodes say to each other: commands and answers, keys and values, subjects, events. Values only, no connection."""
