"""Tasks of other tools, brought onto the board: Backlog.md folders, beads, GitHub issues.

Bytes enter, one reader for each tool (`table.py` names them); what leaves is an `ImportPlan`: the tasks to add, those
that are there already, and what could not be taken over, with file and line. A bad record never stops the others.
"""
