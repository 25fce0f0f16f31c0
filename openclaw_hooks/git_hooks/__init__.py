"""What git calls: one file per hook. Arguments and stdin enter, an exit code leaves; findings go to stdout."""
