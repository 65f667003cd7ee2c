"""MRT dumps (RFC 6396): what routers and route collectors keep of their tables, and of what they heard and when."""
