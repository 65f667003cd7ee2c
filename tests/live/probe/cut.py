"""Counted cuts on the wire's router: libnftables in this process, so that an act is as narrow as the agent's."""

import ctypes
import json
import time
from dataclasses import dataclass

from labctl.model.time import Span
from tests.live.probe.wire import Wire

_lib = ctypes.CDLL("libnftables.so.1")
_lib.nft_ctx_new.restype = ctypes.c_void_p
_lib.nft_ctx_get_output_buffer.restype = ctypes.c_char_p
_lib.nft_ctx_get_error_buffer.restype = ctypes.c_char_p


@dataclass(frozen=True, slots=True)
class Cut:
    """When it was made and taken back, and what its rules counted in the flow's two directions."""

    made: Span
    taken_back: Span
    forward: int
    reverse: int


class Scissors:
    def __init__(self, wire: Wire) -> None:
        with wire.inside(wire.router):
            self._context = ctypes.c_void_p(_lib.nft_ctx_new(0))
        _lib.nft_ctx_buffer_output(self._context)
        _lib.nft_ctx_buffer_error(self._context)
        _lib.nft_ctx_output_set_flags(self._context, 1 << 4)
        self._run(
            "add table inet cut\nadd chain inet cut f { type filter hook forward priority 0; }\nadd counter inet cut toright\nadd counter inet cut toleft"
        )

    def cut(self, hold_s: float) -> Cut:
        """Both directions of every flow on port 40000, in one transaction, for so long."""
        self._run("reset counters")
        made = self.make()
        time.sleep(hold_s)
        taken_back = self._stamped("flush chain inet cut f")
        return Cut(made, taken_back, *self.counted())

    def make(self) -> Span:
        return self._stamped(
            'add rule inet cut f iifname "left" udp dport 40000 counter name toright drop\n'
            'add rule inet cut f iifname "right" udp dport 40000 counter name toleft drop'
        )

    def counted(self) -> tuple[int, int]:
        """Packets dropped, forward and reverse. The counters stand apart from the rules: none is lost between a reading and a flush."""
        listed = json.loads(self._run("list counters table inet cut"))["nftables"]
        counts = {entry["counter"]["name"]: entry["counter"]["packets"] for entry in listed if "counter" in entry}
        return counts["toright"], counts["toleft"]

    def _stamped(self, command: str) -> Span:
        began = time.monotonic_ns()
        self._run(command)
        return Span(began, time.monotonic_ns())

    def _run(self, command: str) -> str:
        if _lib.nft_run_cmd_from_buffer(self._context, command.encode()):
            raise RuntimeError(f"nft refused: {(_lib.nft_ctx_get_error_buffer(self._context) or b'').decode()}")
        return (_lib.nft_ctx_get_output_buffer(self._context) or b"").decode()
