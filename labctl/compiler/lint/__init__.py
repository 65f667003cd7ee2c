"""Advice before anything is built: what in a plan can fail alone, what would be noticed late, and what mends it.

A single point of failure is found, not guessed: each element is removed once and routing comes to rest without it, as BGP (RFC 4271), static routes and
their BFD would, and then it is looked whether every flow still arrives. From below: lookup → cabling → paths → arrival → outlook → single_points; the other
rules, detection, dead_peers and diversity, read the plan as it stands.
"""

from labctl.compiler.lint.advice import Advice, Located, Severity
from labctl.compiler.lint.advise import advise, remarks
from labctl.compiler.lint.element import Element, elements
from labctl.compiler.lint.outlook import Outlook, Stop, outlook

__all__ = ["Advice", "Element", "Located", "Outlook", "Severity", "Stop", "advise", "elements", "outlook", "remarks"]
