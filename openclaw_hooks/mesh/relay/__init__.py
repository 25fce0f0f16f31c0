"""How the command line speaks to the mesh: through the sidecar's socket, or by intents that wait for it. Never over NATS."""
