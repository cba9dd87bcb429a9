"""Where a storage node is reached: its id, and its address in both spellings."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PRIVATE_KEY = "priv-v0-"


def base32(data):
    return base64.b32encode(data).decode().lower().rstrip("=")


def unbase32(text):
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))


@dataclass(frozen=True)
class Address:
    """A FURL and a NURL of one node name the same host, port, certificate and swissnum."""

    nickname: str
    server_id: str
    furl: str
    nurl: str

    @classmethod
    def of(cls, nickname, node: Path):
        """Reads what either implementation keeps in a node's directory; the NURL is computed from the certificate."""
        furl = (node / "private" / "storage.furl").read_text().strip()
        return cls(nickname, server_id(node), furl, nurl(furl, node / "private" / "node.pem"))

    def announcement(self, with_nurl=True):
        said = {"nickname": self.nickname, "anonymous-storage-FURL": self.furl}
        if with_nurl:
            said["anonymous-storage-NURLs"] = [self.nurl]
        return said


def server_id(node: Path):
    text = (node / "private" / "node.privkey").read_text().strip()
    key = Ed25519PrivateKey.from_private_bytes(unbase32(text.removeprefix(PRIVATE_KEY)))
    return "v0-" + base32(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def nurl(furl, certificate_file: Path):
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    spki = base64.urlsafe_b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
    place, swissnum = re.fullmatch(r"pb://\w+@(?:tcp:)?([^,/]+)[^/]*/(.+)", furl).groups()
    return f"pb://{spki}@{place}/{swissnum}#v=1"
