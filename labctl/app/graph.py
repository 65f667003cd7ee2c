"""`labctl graph`: a plan as a drawing, SVG of our own or Mermaid. What is drawn where: sites, carriers, PoPs, Internet and data centre, from left to right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

from labctl.model.plan import Link, Node, Plan
from labctl.programs.tunnels import told

_WIDE, _HIGH = 132, 50
_COLUMN, _ROW = 236, 92
_MARGIN = 48
_TOP = 76

_FILL = {
    "edge": ("#dbeafe", "#2563eb"),
    "host": ("#f1f5f9", "#64748b"),
    "carrier": ("#fef3c7", "#d97706"),
    "pop": ("#dcfce7", "#16a34a"),
    "internet": ("#ede9fe", "#7c3aed"),
    "router": ("#dbeafe", "#2563eb"),
}
_TITLES = {"hosts": "hosts", "edges": "sites", "carriers": "carriers", "pops": "PoPs", "far carriers": "carriers", "dc": "data centre", "dc hosts": "hosts"}
_CABLE = 'stroke="#94a3b8" stroke-width="1.6"'
_TUNNEL = 'stroke="#0d9488" stroke-width="1.6" stroke-dasharray="6 4"'
_ABOVE_PAPER = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'


@dataclass(frozen=True, slots=True)
class Box:
    """A node with the centre of its box."""

    node: Node
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """`boxes` by name. A carrier that serves the data centre too is drawn once more on the right: `again` are those, `far` the cables that end there."""

    boxes: Mapping[str, Box]
    titles: Sequence[tuple[float, str]]
    again: Mapping[str, Box]
    far: frozenset[str]

    def at(self, node: str, link: str) -> Box:
        return self.again[node] if node in self.again and link in self.far else self.boxes[node]

    @property
    def all(self) -> tuple[Box, ...]:
        return (*self.boxes.values(), *self.again.values())


def svg(plan: Plan) -> str:
    """Stands alone: no script, no font to fetch; white behind it, so that it reads on a dark page too."""
    drawing = _layout(plan)
    width = max(b.x for b in drawing.all) + _WIDE / 2 + _MARGIN
    height = max(b.y for b in drawing.all) + _HIGH / 2 + _MARGIN
    return "\n".join(_svg(plan, drawing, width, height)) + "\n"


def mermaid(plan: Plan) -> str:
    """For Markdown: GitHub and GitLab draw it."""
    lines = ["flowchart LR"]
    shapes = {"host": ("[", "]"), "carrier": ("{{", "}}"), "internet": ("((", "))")}
    for node in plan.nodes:
        left, right = shapes.get(node.role, ("(", ")"))
        about = f"<br/>AS {node.bgp.asn}" if node.bgp else f"<br/>{node.box.kind}" if node.box else ""
        lines.append(f'  {_id(node.name)}{left}"{node.name}{about}"{right}')
    lines += [f"  {_id(link.a.node)} --- {_id(link.b.node)}" for link in plan.links]
    for site in plan.sites:
        lines += [f'  {_id(a.edge.node)} -. "{site.tunnel} tunnel" .- {_id(a.pop_end.node)}' for a in site.attachments if a.tunnel]
    for role, (fill, line) in _FILL.items():
        members = [_id(n.name) for n in plan.nodes if n.role == role]
        if members:
            lines.append(f"  classDef {role} fill:{fill},stroke:{line},color:#0f172a")
            lines.append(f"  class {','.join(members)} {role}")
    return "\n".join(lines) + "\n"


def _id(name: str) -> str:
    """`end` and the like mean something to Mermaid."""
    return "n_" + name.replace("-", "_")


def _layout(plan: Plan) -> Drawing:
    if plan.sites or plan.pops:
        return _columns(plan)
    return Drawing(_ring(plan) if _is_ring(plan) else _tiers(plan), (), {}, frozenset())


def _columns(plan: Plan) -> Drawing:
    """A site at which others' flows end is the data centre: it stands on the right. What is no part of a site stands above the PoPs."""
    ends = {f.b.node for f in plan.flows}
    dc = {s.name for s in plan.sites if ends & set(s.hosts)}
    far = frozenset(name for s in plan.sites if s.name in dc for a in s.attachments for name in a.links)
    near_carriers = {a.carrier for s in plan.sites if s.name not in dc for a in s.attachments}
    far_carriers = {a.carrier for s in plan.sites if s.name in dc for a in s.attachments}
    columns: dict[str, list[Node]] = {name: [] for name in _TITLES}
    above: list[Node] = []
    for node in plan.nodes:
        if node.role == "carrier":
            columns["carriers"] += [node] * (node.name in near_carriers or node.name not in far_carriers)
            columns["far carriers"] += [node] * (node.name in far_carriers)
        elif node.role == "pop":
            columns["pops"].append(node)
        elif node.site is not None:
            columns[("dc hosts" if node.site in dc else "hosts") if node.role == "host" else ("dc" if node.site in dc else "edges")].append(node)
        else:
            above.append(node)
    return _placed(plan, columns, above, far)


def _placed(plan: Plan, columns: Mapping[str, Sequence[Node]], above: Sequence[Node], far: frozenset[str]) -> Drawing:
    used = [(name, nodes) for name, nodes in columns.items() if nodes]
    tallest = max((len(nodes) for _, nodes in used), default=1)
    top = _TOP + (_ROW * 1.1 if above else 0)
    boxes: dict[str, Box] = {}
    again: dict[str, Box] = {}
    titles = []
    middle = 0.0
    for i, (name, nodes) in enumerate(used):
        x = _MARGIN + _WIDE / 2 + i * _COLUMN
        middle = x if name == "pops" else middle
        titles.append((x, _TITLES[name]))
        gap = _ROW * tallest / len(nodes)
        for j, node in enumerate(sorted(nodes, key=lambda n: _pull(plan, n, boxes))):
            box = Box(node, x, top + gap * (j + 0.5))
            (again if node.name in boxes else boxes)[node.name] = box
    start = middle + 0.7 * _COLUMN  # aside, so that its cables pass beside the first PoP
    for j, node in enumerate(above):
        boxes[node.name] = Box(node, max(start, _MARGIN + _WIDE / 2) + j * _COLUMN * 0.8, _TOP + _HIGH / 2)
    return Drawing(boxes, titles, again, far)


def _pull(plan: Plan, node: Node, placed: Mapping[str, Box]) -> tuple[float, int]:
    """Near the height of what it is joined with: fewer cables cross."""
    heights = [placed[far].y for far in _joined(plan, node.name) if far in placed]
    return (sum(heights) / len(heights) if heights else 0.0, [n.name for n in plan.nodes].index(node.name))


def _joined(plan: Plan, name: str) -> Iterator[str]:
    for link in plan.links:
        if name in (link.a.node, link.b.node):
            yield link.b.node if link.a.node == name else link.a.node


def _is_ring(plan: Plan) -> bool:
    return len(plan.nodes) > 2 and len(plan.links) == len(plan.nodes) and all(sum(1 for _ in _joined(plan, n.name)) == 2 for n in plan.nodes)


def _ring(plan: Plan) -> dict[str, Box]:
    """In the order of the cables."""
    order = [plan.nodes[0].name]
    while len(order) < len(plan.nodes):
        order.append(next((far for far in _joined(plan, order[-1]) if far not in order), next(n.name for n in plan.nodes if n.name not in order)))
    radius = max(_ROW * 1.6, len(order) * _WIDE * 1.25 / (2 * pi))
    centre = radius + _MARGIN + _WIDE / 2
    turn = 2 * pi / len(order)
    at = {name: (centre + radius * sin(i * turn), centre - radius * cos(i * turn)) for i, name in enumerate(order)}
    return {name: Box(plan.node(name), x, y) for name, (x, y) in at.items()}


def _tiers(plan: Plan) -> dict[str, Box]:
    """Breadth first from the node with most cables: a fabric's spines end up in one row, its leaves in the next."""
    degree = {n.name: sum(1 for _ in _joined(plan, n.name)) for n in plan.nodes}
    most = max(degree.values())
    tier = {name: 0 for name, d in degree.items() if d == most} if len(plan.nodes) > 3 else {plan.nodes[0].name: 0}
    tier = {name: 0 for name in tier if not any(far in tier for far in _joined(plan, name))} or {next(iter(tier)): 0}
    todo = list(tier)
    while todo:
        name = todo.pop(0)
        for far in _joined(plan, name):
            if far not in tier:
                tier[far] = tier[name] + 1
                todo.append(far)
    rows: dict[int, list[Node]] = {}
    for node in plan.nodes:
        rows.setdefault(tier.get(node.name, 0), []).append(node)
    widest = max(len(nodes) for nodes in rows.values())
    boxes: dict[str, Box] = {}
    for row, nodes in sorted(rows.items()):
        step = (_WIDE + 48) * widest / len(nodes)
        for j, node in enumerate(nodes):
            boxes[node.name] = Box(node, _MARGIN + step * (j + 0.5), _MARGIN + _HIGH / 2 + row * (_ROW * 1.6))
    return boxes


def _svg(plan: Plan, drawing: Drawing, width: float, height: float) -> Iterator[str]:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif">'
    yield f"<title>{escape(plan.name)}</title>"
    yield '<rect width="100%" height="100%" fill="#ffffff"/>'
    for x, title in drawing.titles:
        yield f'<text x="{x:.0f}" y="34" text-anchor="middle" font-size="13" fill="#94a3b8" letter-spacing="1">{escape(title)}</text>'
    for link, sideways in _parallel(plan.links):
        yield from _cable(drawing, link, sideways)
    for site in plan.sites:
        for attached in site.attachments:
            if attached.tunnel:
                yield _tunnel(plan, drawing, attached.links, f"{attached.tunnel}: {site.tunnel} tunnel")
    for name, box in drawing.boxes.items():
        yield from _box(plan, box, name in drawing.again)
    for box in drawing.again.values():
        yield from _box(plan, box, twice=True)
    if plan.tunnels:
        y = height - 22
        yield f'<line x1="{_MARGIN}" y1="{y:.0f}" x2="{_MARGIN + 40}" y2="{y:.0f}" {_TUNNEL}/>'
        yield f'<text x="{_MARGIN + 48}" y="{y + 4:.0f}" font-size="11" fill="#0f766e">tunnels: {escape(told(plan))}</text>'
    yield "</svg>"


def _parallel(links: Sequence[Link]) -> Iterator[tuple[Link, float]]:
    """Each with how far it stands aside of the straight line: cables between the same two nodes do not hide each other."""
    pairs: dict[frozenset[str], list[Link]] = {}
    for link in links:
        pairs.setdefault(frozenset((link.a.node, link.b.node)), []).append(link)
    for same in pairs.values():
        for i, link in enumerate(same):
            yield link, (i - (len(same) - 1) / 2) * 14


def _cable(drawing: Drawing, link: Link, sideways: float) -> Iterator[str]:
    a, b = drawing.at(link.a.node, link.name), drawing.at(link.b.node, link.name)
    x1, y1, x2, y2 = _aside(a, b, sideways)
    title = f"<title>{escape(link.name)}</title>"
    if _hidden(drawing, a, b):
        out = a.x + _WIDE / 2 + 34
        yield f'<path d="M {x1:.0f} {y1:.0f} Q {out:.0f} {(y1 + y2) / 2:.0f} {x2:.0f} {y2:.0f}" fill="none" {_CABLE}>{title}</path>'
    else:
        yield f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {_CABLE}>{title}</line>'
    for end, (ox, oy), (tx, ty) in ((link.a, (x1, y1), (x2, y2)), (link.b, (x2, y2), (x1, y1))):
        at = _outside(ox, oy, tx, ty)
        if at is not None:
            yield f'<text x="{at[0]:.0f}" y="{at[1]:.0f}" font-size="9" text-anchor="middle" fill="#94a3b8" {_ABOVE_PAPER}>{escape(end.ifname)}</text>'


def _aside(a: Box, b: Box, sideways: float) -> tuple[float, float, float, float]:
    length = ((b.x - a.x) ** 2 + (b.y - a.y) ** 2) ** 0.5 or 1
    dx, dy = -(b.y - a.y) / length * sideways, (b.x - a.x) / length * sideways
    return a.x + dx, a.y + dy, b.x + dx, b.y + dy


def _hidden(drawing: Drawing, a: Box, b: Box) -> bool:
    """Whether they stand one above the other with a box in between: then the cable goes around."""
    return abs(a.x - b.x) < 1 and any(abs(c.x - a.x) < 1 and min(a.y, b.y) < c.y < max(a.y, b.y) for c in drawing.all)


def _outside(x: float, y: float, tx: float, ty: float) -> tuple[float, float] | None:
    """Where a line from a box's centre has just left it: there its interface is named."""
    dx, dy = tx - x, ty - y
    reach = min(((_WIDE / 2 + 15) / abs(dx)) if dx else 9, ((_HIGH / 2 + 9) / abs(dy)) if dy else 9)
    return (x + dx * reach, y + dy * reach + 3) if reach < 0.5 else None


def _tunnel(plan: Plan, drawing: Drawing, links: Sequence[str], name: str) -> str:
    """Beside the cables that carry it, edge first."""
    points: list[str] = []
    for link in (plan.link(name) for name in links):
        a, b = drawing.at(link.a.node, link.name), drawing.at(link.b.node, link.name)
        left, right = (a, b) if a.x < b.x else (b, a)
        x1, y1, x2, y2 = _aside(left, right, -7)
        points += [f"{x1:.1f},{y1:.1f}", f"{x2:.1f},{y2:.1f}"]
    return f'<polyline points="{" ".join(points)}" fill="none" {_TUNNEL}><title>{escape(name)}</title></polyline>'


def _box(plan: Plan, box: Box, twice: bool) -> Iterator[str]:
    """`twice`: it is drawn in two places."""
    fill, line = _FILL[box.node.role]
    x, y = box.x - _WIDE / 2, box.y - _HIGH / 2
    about = _about(plan, box.node) or ("drawn twice" if twice else "")
    yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{_WIDE}" height="{_HIGH}" rx="9" fill="{fill}" stroke="{line}" stroke-width="1.4"/>'
    name_y = box.y - (3 if about else -5)
    yield f'<text x="{box.x:.1f}" y="{name_y:.1f}" text-anchor="middle" font-size="14" font-weight="600" fill="#0f172a">{escape(box.node.name)}</text>'
    if about:
        yield f'<text x="{box.x:.1f}" y="{box.y + 15:.1f}" text-anchor="middle" font-size="10.5" fill="#475569">{escape(about)}</text>'


def _about(plan: Plan, node: Node) -> str:
    if node.role == "edge" and node.site is not None:
        site = plan.site(node.site)
        return f"{site.kind}, {site.mode}"
    if node.bgp is not None:
        return f"AS {node.bgp.asn}"
    if node.box is not None:
        return node.box.kind
    if node.role == "host":
        first = next((a for i in node.interfaces for a in i.addresses), "")
        return first.partition("/")[0]
    return ""
