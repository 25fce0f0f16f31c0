"""The board and a git remote: what comes in is judged, merged and sent back."""
