"""A client's view of a living lab: one connection to its agent, and what can be asked over it."""
