"""Plan to files: each node's programs, through one Jinja2 environment."""
