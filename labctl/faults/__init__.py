"""The fault menu: name → class. Adding one is a file here, a line in this table, and a golden case in tests/acts."""

from labctl.faults.base import Fault
from labctl.faults.link import BfdOnly, BgpOnly, CarrierLoss, EspOnly, LinkDown, MtuCut, SilentCut, SilentOneWay
from labctl.faults.node import DaemonFreeze, DaemonKill, NodeCrash, NodeFreeze, PopDown
from labctl.faults.noop import Noop
from labctl.faults.pop import BackboneCut, UplinksCut
from labctl.faults.route import RouteAnnounce, RouteChange, RouteFlap, RouteReplay, RouteWithdraw
from labctl.faults.session import GracefulShutdown, SessionClear, SessionShutdown
from labctl.faults.train import Flap

_SUBJECT_FAULTS = (
    LinkDown,
    CarrierLoss,
    SilentCut,
    SilentOneWay,
    BfdOnly,
    BgpOnly,
    EspOnly,
    MtuCut,
    DaemonKill,
    DaemonFreeze,
    NodeCrash,
    NodeFreeze,
    PopDown,
    UplinksCut,
    BackboneCut,
    SessionShutdown,
    SessionClear,
    GracefulShutdown,
    RouteAnnounce,
    RouteWithdraw,
    RouteChange,
    RouteFlap,
    RouteReplay,
    Noop,
)
MENU = {fault.kind: fault for fault in _SUBJECT_FAULTS}
"""Those that are made of a subject alone; Flap wraps any of them."""

__all__ = ["MENU", "Fault", "Flap"]
