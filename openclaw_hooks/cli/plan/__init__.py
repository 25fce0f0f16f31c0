"""`openclaw plan`: one file per verb or family of verbs, joined in `app`."""
