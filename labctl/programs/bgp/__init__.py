"""BGP on the wire, without a socket: messages, attributes and prefixes as bytes, where routes come from, and what a speaker announces.

Standards: RFC 4271 (base), 4760 (families), 6793 (four-byte AS numbers), 2918 (route refresh), 4724 (graceful restart), 1997, 8092 (communities), 6396 (MRT).
"""
