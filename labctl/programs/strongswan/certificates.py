"""Certificates of a lab: an authority and a key for each node, which follow from their names, so that the same plan gives the same files.

Whoever knows the names knows the keys: they prove nothing outside a lab.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2120, 1, 1, tzinfo=UTC)
_SERIAL_BYTES: Final = 16
"""RFC 5280 4.1.2.2: at most 20 octets."""


def authority(lab: str) -> str:
    """Its certificate, PEM."""
    key = _key(lab, "authority")
    builder = _builder(lab, "authority", key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _pem(builder.sign(key, None))


def certificate(lab: str, node: str) -> str:
    """Of the node, by the lab's authority, PEM; its name is the subject's alternative (RFC 7296 3.5, ID_FQDN)."""
    builder = _builder(lab, node, _key(lab, node))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(node)]), critical=False)
    return _pem(builder.sign(_key(lab, "authority"), None))


def private_key(lab: str, node: str) -> str:
    """PKCS #8, PEM."""
    return _key(lab, node).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _key(lab: str, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(f"labctl, lab {lab}, {name}".encode()).digest())


def _builder(lab: str, name: str, key: Ed25519PrivateKey) -> x509.CertificateBuilder:
    serial = int.from_bytes(sha256(f"{lab} {name}".encode()).digest()[:_SERIAL_BYTES]) >> 1
    return (
        x509.CertificateBuilder()
        .subject_name(_name(lab, name))
        .issuer_name(_name(lab, "authority"))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
    )


def _name(lab: str, name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"lab {lab}"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(made: x509.Certificate) -> str:
    return made.public_bytes(Encoding.PEM).decode()
