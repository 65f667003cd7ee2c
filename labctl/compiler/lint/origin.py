"""Where in the file each part of a plan comes from."""

from labctl.compiler.numbers import numbers
from labctl.compiler.roster import INTERNET, SAAS, roster
from labctl.compiler.wiring import wire
from labctl.model.intent import Cable, Intent, Path

_INTERNET: Path = ("cloud", "internet")


class Origins:
    """Of one intent; its cables are laid once more, for only then it is known what each is for."""

    def __init__(self, intent: Intent) -> None:
        counted = numbers(intent)
        wiring = wire(intent, roster(intent, counted), counted)
        name = {end: link.name for link in wiring.links for end in (link.a, link.b)}
        self._cables: dict[str, Cable] = {name[span.a]: span.cable for span in wiring.spans if span.cable is not None}
        self._nodes: dict[str, Path] = {INTERNET: _INTERNET, SAAS: _INTERNET}
        self._nodes |= {node: pop.path for pop in intent.cloud.pops for node in pop.node_names} if intent.cloud else {}
        self._nodes |= {carrier.name: carrier.path for carrier in intent.carriers}
        self._nodes |= {site.name: site.path for site in intent.sites}
        self._nodes |= {node.name: node.path for node in intent.nodes}
        self._links: dict[str, Path] = {name[span.a]: _INTERNET for span in wiring.spans if span.purpose in ("exit", "saas")}
        self._links |= {name[span.a]: self._backbone(intent) for span in wiring.spans if span.purpose == "backbone"}
        self._links |= {link: cable.path for link, cable in self._cables.items()}
        self._links |= {link: circuit.attach.path for circuit in reversed(wiring.circuits) for link in circuit.links}
        self._links |= {name[host]: lan.site.path for lan in wiring.lans for host in lan.hosts}

    def node(self, name: str) -> Path:
        return self._nodes.get(name, ())

    def link(self, name: str) -> Path:
        return self._links.get(name, ())

    def sessions(self, link: str) -> Path:
        """Where the values of the sessions over a plain cable, or over the cloud's own, are said."""
        cable = self._cables.get(link)
        if cable is None:
            return ("cloud", "routing")
        said = (cable.session.timers, cable.session.bfd, cable.session.profile)
        return cable.path if any(one is not None for one in said) else ("routing",)

    def _backbone(self, intent: Intent) -> Path:
        return ("cloud",) if intent.cloud is None or intent.cloud.backbone is None else ("cloud", "backbone")
