"""Text to Intent to Plan. `load` reads what a person wrote, `compile_plan` decides all that was left open, `vary` changes one site for an axis of a matrix.

`load`: text → override → fit (into the schema, however much of it) → take → check → clashes; each says what is wrong, and all of it is reported at once.
`compile_plan`, each a table made from the ones before: numbers → roster → wiring → addressing → sessions, statics, flows → assemble.
"""

from labctl.compiler.compile import compile_plan
from labctl.compiler.load import load, schema, wanted_files
from labctl.compiler.profiles import load_profiles
from labctl.compiler.vary import vary

__all__ = ["compile_plan", "load", "load_profiles", "schema", "vary", "wanted_files"]
