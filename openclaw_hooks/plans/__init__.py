"""Plans: templates made into waves of tasks, and what follows when a task of a plan changes.

A template and a context enter, a plan leaves; the state of a plan's tasks enters, actions leave. Nothing but `store`,
`dispatch` and `service` reads or writes the board.
"""
