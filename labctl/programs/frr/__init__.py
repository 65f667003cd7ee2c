"""FRR in a node: what its daemons load, how they are started, and how to read what they say.

The agent imports `facts` and `speaks` from here: keep this empty.
"""
