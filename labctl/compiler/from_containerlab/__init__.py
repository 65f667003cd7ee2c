"""A topology file of containerlab's to one of labctl's, for `labctl import`."""

from labctl.compiler.from_containerlab.members import File
from labctl.compiler.from_containerlab.remarks import Note
from labctl.compiler.from_containerlab.topology import Imported, topology_of, wanted

__all__ = ["File", "Imported", "Note", "topology_of", "wanted"]
