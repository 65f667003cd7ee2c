"""Programs of ours that speak BGP in a node: instruments that inject routes and hear them, run by labctl's own Python in the node's network.

Each is a process of the agent's that listens on a Unix socket among the node's files: `relay` stands between that socket and ExaBGP, `bulk` speaks by itself.
"""
