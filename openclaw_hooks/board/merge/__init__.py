"""Two versions of a file made one, field by field; pure but for the records of what had to give way, and git's driver."""
