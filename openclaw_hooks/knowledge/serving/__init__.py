"""The knowledge of a repository for others: one long-lived service behind MCP (stdio, HTTP) and behind the mesh.

Requests enter as plain values and are checked once (`requests`); the service answers them from an index that it keeps
in step with the files (`service`, `desk`, `follower`); `mcp_server`, `stdio` and `http` speak the protocol around it.
Nothing here sends anything anywhere: it answers whoever asks.
"""
