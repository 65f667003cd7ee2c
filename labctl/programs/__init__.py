"""What runs in a node, one folder a program. The agent imports `frr.facts` from here: keep this empty."""
