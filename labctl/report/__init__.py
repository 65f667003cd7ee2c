"""What people and programs are told of a run: one value, `Results`, and its forms."""

from labctl.report.document import document
from labctl.report.gather import exit_code, gather
from labctl.report.markdown import markdown
from labctl.report.results import Results
from labctl.report.text import text
from labctl.report.trials import listing, one

__all__ = ["Results", "document", "exit_code", "gather", "listing", "markdown", "one", "text"]
