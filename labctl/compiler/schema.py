"""The shape of a topology file and of the profiles file, as pydantic models: which keys there are and what each may be. Meaning is checked later."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from labctl.compiler import timers, values
from labctl.model.intent import Network, Timers
from labctl.model.plan import Bfd, Mode
from labctl.model.routes import Source

Name = Annotated[str, AfterValidator(values.name), Field(json_schema_extra={"pattern": f"^{values.NAME}$"})]
TimersText = Annotated[Timers, PlainValidator(values.timers), WithJsonSchema({"type": "string", "examples": ["3/9"], "description": "keepalive/hold, seconds"})]
BfdText = Annotated[Bfd | Literal["off"], PlainValidator(values.bfd), WithJsonSchema({"type": "string", "examples": ["300x3", "300/100x5", "off"]})]
Prefix = Annotated[Network, PlainValidator(values.network), WithJsonSchema({"type": "string", "examples": ["10.1.0.0/24", "fd00:1::/64"]})]
AsnRange = Annotated[tuple[int, int], PlainValidator(values.asn_range), WithJsonSchema({"type": "string", "examples": ["65001-65534"]})]
Password = Annotated[str, PlainValidator(values.password), WithJsonSchema({"type": "string", "maxLength": 80})]
Ends = Annotated[str | tuple[str, str], PlainValidator(values.ends), WithJsonSchema({"type": ["string", "array"], "examples": ["r1-r2"]})]
Prefix4 = Annotated[Network, PlainValidator(values.network4), WithJsonSchema({"type": "string", "examples": ["10.1.0.0/30"]})]
Prefix6 = Annotated[Network, PlainValidator(values.network6), WithJsonSchema({"type": "string", "examples": ["fd00:1::/64"]})]
Subnet4 = Annotated[
    values.Subnet,
    PlainValidator(values.subnet4),
    WithJsonSchema({"type": ["string", "boolean", "array"], "examples": ["10.1.0.0/30", False, ["10.1.0.1/30", "10.1.0.2/30"]]}),
]
Subnet6 = Annotated[
    values.Subnet,
    PlainValidator(values.subnet6),
    WithJsonSchema({"type": ["string", "boolean", "array"], "examples": ["fd00:1::/64", False, ["fd00:1::1/64", "fd00:1::2/64"]]}),
]
Root = Annotated[str, AfterValidator(values.root), Field(json_schema_extra={"pattern": f"^({values.ROOT})$"})]
Image = Annotated[str, AfterValidator(values.image), Field(json_schema_extra={"pattern": f"^{values.IMAGE}$"})]
Kind = Annotated[str, AfterValidator(values.kind), Field(json_schema_extra={"pattern": f"^{values.KIND}$", "examples": ["arista_ceos", "nokia_srlinux"]})]
Pair = Annotated[tuple[str, str], PlainValidator(values.pair), WithJsonSchema({"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2})]
Asn = Annotated[int, Field(ge=values.ASN[0], le=values.ASN[1])]
Families = Annotated[list[Literal["ipv4", "ipv6"]], Field(min_length=1, max_length=2)]
Router = Literal["frr", "bird", "gobgp", "linux"]
"""What runs from a root or an image."""
Device = Literal["frr", "bird", "gobgp", "linux", "exabgp", "bulk"]
SourceText = Annotated[
    Source,
    PlainValidator(values.source),
    WithJsonSchema({"type": "string", "examples": ["203.0.113.0/24", "10kx20.0.0.0/24", "internet:100k", "table.mrt.gz"]}),
]
Hops = Annotated[int, Field(ge=1, le=254)]


def _listed(value: Any) -> Any:
    """One thing where several may stand."""
    return [value] if isinstance(value, str) else value


Lines = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Prefixes = Annotated[list[Prefix], BeforeValidator(_listed, json_schema_input_type=Prefix | list[Prefix])]


def _kebab(field: str) -> str:
    return field.replace("_", "-")


class Shape(BaseModel):
    """`short` names the one key that may be written without its braces; an empty value is an empty set of keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_kebab)

    @model_validator(mode="before")
    @classmethod
    def written_short(cls, value: Any) -> Any:
        short = SHORT.get(cls.__name__)
        if value is None:
            return {}
        if short == "true" and isinstance(value, bool):
            return {}
        return {short: value} if short and isinstance(value, str | int) and not isinstance(value, bool) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> Any:
        full = handler(core)
        short = SHORT.get(cls.__name__)
        if short is None:
            return full
        return {"anyOf": [{"type": SHORT_TYPES.get(short, "string")}, handler.resolve_ref_schema(full)]}


SHORT_TYPES = {"true": ["boolean", "null"], "size": "integer", "delay": "integer"}
SHORT = {
    "Ssh": "user",
    "Announced": "routes",
    "Routing": "mode",
    "Carrier": "type",
    "Internet": "true",
    "Triangle": "true",
    "Link": "ends",
    "Ring": "size",
    "Tunnel": "type",
    "Dpd": "delay",
}


T = TypeVar("T")
Said = Annotated[T | None, BeforeValidator(values.not_empty)]
"""May be left out, but not left empty."""


def _opened(value: Any) -> Any:
    """`ring:` with nothing behind it is a ring of which nothing is said; `triangle: false` is none."""
    return {} if value is None else None if value is False else value


Part = Annotated[T | None, BeforeValidator(_opened)]


class SessionKeys(Shape):
    timers: Said[TimersText] = None
    connect: Said[Annotated[int, Field(ge=1, le=65535)]] = None
    bfd: Said[BfdText] = None
    profile: Said[str] = None
    password: Said[Password] = None
    ttl_security: Said[Hops] = None
    multihop: Said[Hops] = None
    advertisement_interval: Said[Annotated[int, Field(ge=0, le=600)]] = None


class Defaults(SessionKeys):
    """`routing:` at the top or in the cloud: what the sessions there use."""


class Routing(SessionKeys):
    mode: Mode = "bgp+bfd"
    underlay: Literal["pinned", "any"] = "pinned"
    static: Literal["floating", "kernel"] = "floating"
    ignore_linkdown: bool = False


class OriginKeys(Shape):
    root: Said[Root] = None
    image: Said[Image] = None


class OwnKeys(OriginKeys):
    frr: Said[str] = None
    frr_extra: Said[Lines] = None


class Pop(OwnKeys):
    nodes: Annotated[int, Field(ge=1, le=63)] = 1
    asn: Said[Asn] = None


class Internet(Shape):
    asn: Said[Asn] = None
    saas: Prefixes = []


class Dpd(Shape):
    delay: Annotated[int, Field(ge=1, le=3600)] = timers.DPD.delay_s
    retry: Annotated[int, Field(ge=1, le=60)] = timers.DPD.retry_s
    tries: Annotated[int, Field(ge=0, le=20)] = timers.DPD.tries
    backoff: Annotated[float, Field(ge=1, le=4, strict=False)] = timers.DPD.backoff


class Tunnel(Shape):
    type: Literal["plain", "ipsec"] = "plain"
    dpd: Said[Dpd] = None
    rekey: Said[Annotated[int, Field(ge=10, le=86_400)]] = None
    initiator: Said[Literal["edge", "both"]] = None
    auth: Said[Literal["psk", "certificate"]] = None


class CloudKeys(Shape):
    asn: Asn = 65000
    pops: Annotated[dict[Name, Pop], Field(min_length=1)]
    between: Literal["ibgp", "ebgp"] = "ibgp"
    backbone: Said[list[Pair]] = None
    internet: Part[Internet] = Internet()
    routing: Defaults = Defaults()
    dpd: Said[Dpd] = None


class Carrier(Shape):
    type: Literal["isp", "provider"]
    mtu: Annotated[int, Field(ge=1330, le=9000)] = 1500


class Attachment(Shape):
    pop: str
    via: str
    node: Said[str] = None
    role: Said[Literal["primary", "secondary", "active"]] = None
    ipv4: Said[Prefix4] = None
    ipv6: Said[Prefix6] = None
    local_preference: Said[Annotated[int, Field(ge=0, le=4_294_967_295)]] = None
    med: Said[Annotated[int, Field(ge=0, le=4_294_967_295)]] = None
    prepend: Said[Annotated[int, Field(ge=0, le=10)]] = None


class Site(OwnKeys):
    kind: Literal["ipsec", "interconnect"]
    attach: Annotated[list[Attachment], Field(min_length=1, max_length=16)]
    datacentre: bool = False
    device: Literal["frr", "bird", "gobgp"] = "frr"
    asn: Said[Asn] = None
    routing: Routing = Routing()
    tunnel: Tunnel = Tunnel()
    prefixes: Prefixes = []
    hosts: Annotated[int, Field(ge=0, le=50)] = 1


class Ssh(Shape):
    user: Annotated[str, AfterValidator(values.user)]
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    address: Said[Annotated[str, AfterValidator(values.address)]] = None
    host_key: Said[Annotated[str, AfterValidator(values.host_key)]] = None
    prompt: Said[Annotated[str, AfterValidator(values.prompt)]] = None


class Announced(Shape):
    routes: SourceText
    as_path: list[Asn] = []
    origin: Literal["igp", "egp", "incomplete"] = "igp"
    next_hop: Said[Annotated[str, AfterValidator(values.address)]] = None
    med: Said[Annotated[int, Field(ge=0, le=4_294_967_295)]] = None
    local_preference: Said[Annotated[int, Field(ge=0, le=4_294_967_295)]] = None
    communities: Annotated[list[Annotated[str, AfterValidator(values.community)]], BeforeValidator(_listed)] = []


class Plain(OwnKeys):
    asn: Said[Asn] = None
    device: Said[Device] = None
    kind: Said[Kind] = None
    startup_config: Said[str] = None
    management: Said[bool] = None
    ssh: Said[Ssh] = None
    prefixes: Prefixes = []
    loopback: Prefixes = []
    maximum_paths: Annotated[int, Field(ge=1, le=64)] = 1
    routes: Annotated[list[Announced], BeforeValidator(_listed)] = []
    graceful_restart: Said[Annotated[int, Field(ge=1, le=4095)]] = None
    long_lived_graceful_restart: Said[Annotated[int, Field(ge=1, le=0xFFFFFF)]] = None


class Link(SessionKeys):
    ends: Ends
    bgp: bool = True
    preferred: bool = False
    ipv4: Subnet4 = True
    ipv6: Subnet6 = True
    mtu: Annotated[int, Field(ge=1280, le=9000)] = 1500


class Ring(Shape):
    size: Annotated[int, Field(ge=3, le=1000)]


class Triangle(Shape):
    pass


class Clos(Shape):
    spines: Annotated[int, Field(ge=1, le=64)]
    leaves: Annotated[int, Field(ge=2, le=500)]


class PoolKeys(Shape):
    sites: Prefixes = []
    circuits: Prefixes = []
    fabric: Prefixes = []
    loopbacks: Prefixes = []
    saas: Prefixes = []
    underlay: Prefixes = []
    site_asns: Said[AsnRange] = None
    router_asns: Said[AsnRange] = None


class Probe(Shape):
    pps: Annotated[int, Field(ge=1, le=10_000)] = 1000


def _named(value: Any) -> Any:
    """`nodes: [r1, r2]` is `nodes: {r1: {}, r2: {}}`."""
    if not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        return value
    twice = next((v for v in value if value.count(v) > 1), None)
    if twice is not None:
        raise values.WrongError(f"'{twice}' is written twice", "every node of a lab needs its own name")
    return dict.fromkeys(value)


class Topology(Shape):
    """A labctl topology: a cloud with its carriers and sites, plain nodes and links, shapes, or all of them side by side."""

    name: Name
    runtime: Said[Literal["netns", "containerlab"]] = None
    root: Said[Root] = None
    image: Said[Image] = None
    devices: dict[Router, OriginKeys] = {}
    cloud: Part[CloudKeys] = None
    carriers: dict[Name, Carrier] = {}
    sites: dict[Name, Site] = {}
    nodes: Annotated[dict[Name, Plain], BeforeValidator(_named, json_schema_input_type=dict[Name, Plain] | list[Name])] = {}
    links: list[Link] = []
    flows: Said[list[str]] = None
    ring: Part[Ring] = None
    triangle: Part[Triangle] = None
    clos: Part[Clos] = None
    routing: Defaults = Defaults()
    pools: PoolKeys = PoolKeys()
    probe: Probe = Probe()
    address_families: Families = ["ipv4", "ipv6"]


class Limits(Shape):
    interval: AsnRange
    multiplier: AsnRange
    families: Families = ["ipv4", "ipv6"]


class ProfileKeys(Shape):
    title: str
    timers: TimersText | None
    bfd: BfdText
    source: str
    hold_min: Annotated[int, Field(ge=0, le=65535)] = 3
    fixed: bool = False
    connect: Annotated[int, Field(ge=1, le=65535)] | None = None
    limits: Limits | None = None
    multihop: bool = True


class ProfileFile(Shape):
    profiles: dict[Name, ProfileKeys]
