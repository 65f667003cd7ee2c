"""What people and programs are told of a run: one value, `Results`, and its forms."""

from labctl.report.document import document
from labctl.report.gather import exit_code, gather
from labctl.report.results import Results

__all__ = ["Results", "document", "exit_code", "gather"]
