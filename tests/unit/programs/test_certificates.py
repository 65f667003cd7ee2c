"""Certificates of a lab: the same names give the same files, and one lab's prove nothing in another."""

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from labctl.programs.strongswan.certificates import authority, certificate, private_key


def read(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def test_the_same_names_give_the_same_files() -> None:
    assert (authority("a"), certificate("a", "fra"), private_key("a", "fra")) == (authority("a"), certificate("a", "fra"), private_key("a", "fra"))
    assert len({certificate(lab, node) for lab in "ab" for node in ("fra", "ams")}) == 4


def test_a_node_s_certificate_is_of_its_key_its_name_and_its_lab_s_authority() -> None:
    made, key = read(certificate("a", "fra")), load_pem_private_key(private_key("a", "fra").encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    assert made.public_key() == key.public_key()
    assert made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName) == ["fra"]
    made.verify_directly_issued_by(read(authority("a")))


def test_another_lab_s_authority_did_not_sign_it() -> None:
    with pytest.raises((InvalidSignature, ValueError)):
        read(certificate("a", "fra")).verify_directly_issued_by(read(authority("b")))
