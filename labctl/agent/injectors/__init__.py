"""The agent's side of its speakers: one connection to each, over which routes are fed and what it hears comes back.

A speaker that was started anew has forgotten everything: whoever finds it connected again feeds it all that it should announce.
"""
