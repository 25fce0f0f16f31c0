"""What a task is: its fields, its file, its id, and who may move it where. Values enter and leave; nothing is read or written here."""
