"""`labctl capture`."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import LabOption, duration, who
from labctl.errors import RefusedError

if TYPE_CHECKING:
    from labctl.app.enter import Way

_PRINT = ("tcpdump", "-r", "-", "-n", "-l")


def capture(
    link: Annotated[str, typer.Argument(metavar="LINK", help="A link, a tunnel, or one end (node:neighbour).", autocompletion=complete.links)],
    filters: Annotated[list[str] | None, typer.Argument(metavar="[-- FILTER...]", help="As tcpdump has them: udp port 3784.")] = None,
    write: Annotated[Path | None, typer.Option("-w", "--write", metavar="FILE", help="A pcap instead of lines; - is stdout.")] = None,
    count: Annotated[int | None, typer.Option("--count", "-c", min=1, metavar="N", help="End after so many packets.")] = None,
    for_: Annotated[str | None, typer.Option("--for", metavar="TIME", help="End after so long.")] = None,
    lab: LabOption = None,
) -> None:
    """Packets on a link, both ways, as one of its ends sees them: printed, or as a pcap. Ctrl-C ends it.

    \b
    Examples:
      labctl capture fra-isp1
      labctl capture branch-fra --count 10 -- udp port 3784
      labctl capture fra-isp1 -w cut.pcap --for 10s
      labctl capture fra-isp1 -w - | wireshark -k -i -
    """
    from labctl.app.capture import capture as app
    from labctl.app.runtimes import runtime

    os.environ["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if write is None and shutil.which("tcpdump") is None:
        raise RefusedError("tcpdump prints the packets, and is not installed: sudo apt-get install tcpdump; -w FILE needs none")
    if str(write) == "-" and sys.stdout.isatty():
        raise RefusedError("a pcap is no text for a terminal; name a file, or send it on: -w - | …")
    way = asyncio.run(app(runtime(), lab, link, count, duration("--for", for_), filters or (), who()))
    if write is None:
        _print(way)
        return
    if str(write) != "-":
        os.dup2(os.open(write, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
    os.execvpe(way.argv[0], way.argv, way.env)


def _print(way: "Way") -> None:
    """Ctrl-C reaches both of them: the capture ends, and then what prints it has read everything."""
    with (
        subprocess.Popen(way.argv, env=way.env, stdout=subprocess.PIPE) as packets,
        subprocess.Popen(_PRINT, stdin=packets.stdout, stderr=subprocess.DEVNULL) as printed,
    ):
        assert packets.stdout is not None
        packets.stdout.close()  # it is the printer's now
        try:
            printed.wait()
        except KeyboardInterrupt:
            packets.terminate()
            printed.wait(timeout=1)
        finally:
            packets.terminate()
