"""One file per page or data set: facts in, values that become JSON out. Nothing is read here."""
