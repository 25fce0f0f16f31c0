"""Boards of many machines joined through NATS: the server and its accounts, keys and invitations, the connection.

Nodes and settings enter as values and leave as the server's configuration; the server enforces who may do what, with
one account per node. What needs the `mesh` extra is imported inside the functions that use it, so that a node without
a mesh never pays for it.
"""
