"""Who signs: the certificate that the operator names, else a test certificate that the studio makes for itself."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.deliver.provenance_studio import own, pem, private
from pipeline.errors import OperatorError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

CERTIFICATE, KEY, AUTHORITY = "DAILIES_C2PA_CERT", "DAILIES_C2PA_KEY", "DAILIES_C2PA_TSA"
_LARGEST = 1 << 20

WARNING = (
    "signed with this studio's test certificate: readers show 'unknown source'; "
    f"name your own with {CERTIFICATE} and {KEY}"
)


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate chain (PEM, the signer's first) and its key, which is never shown; `own`: the test certificate."""

    chain: str
    key: str = field(repr=False)
    algorithm: str
    own: bool
    authority: str = ""

    @property
    def warning(self) -> str:
        """What a producer should know of this signature; "" where nothing."""
        return WARNING if self.own else ""


def signer(studio: Path, environ: Mapping[str, str] = os.environ) -> Signer:
    """Give who signs here; the studio's test certificate is made, or renewed, when it is needed.

    Raises:
        OperatorError: the certificate or key that is named cannot be used, or the studio's cannot be kept.
    """
    chain, key = environ.get(CERTIFICATE, ""), environ.get(KEY, "")
    authority = _authority(environ.get(AUTHORITY, ""))
    if chain and key:
        return _named(chain, key, authority)
    if chain or key:
        given, other = (CERTIFICATE, KEY) if chain else (KEY, CERTIFICATE)
        raise OperatorError(f"{given} is set, but {other} is not", cure=f"set {other} too, or neither")
    chain, key = own(studio)
    return Signer(chain, key, "es256", own=True, authority=authority)


def _authority(url: str) -> str:
    parts = urlsplit(url) if url.isprintable() else None
    if not url or (parts and parts.scheme in {"http", "https"} and parts.hostname):
        return url
    raise OperatorError(f"{AUTHORITY} is no address", cure="give the http(s) address of a time stamp authority")


# ---------------------------------------------------------------- the operator's own


def _named(chain_file: str, key_file: str, authority: str) -> Signer:
    from cryptography import x509

    try:
        chain = x509.load_pem_x509_certificates(_read(CERTIFICATE, chain_file))
    except ValueError as failure:
        cure = "give the chain as PEM text, the signer's certificate first"
        raise OperatorError(f"{CERTIFICATE} names no certificate: {Path(chain_file).name}", cure=cure) from failure
    key = _key(key_file)
    if key.public_key() != chain[0].public_key():
        raise OperatorError(f"{KEY} does not belong to the first certificate of {CERTIFICATE}", cure="name its own key")
    _in_date(chain)
    return Signer(pem(chain), private(key), _algorithm(key), own=False, authority=authority)


def _read(variable: str, name: str) -> bytes:
    try:
        if Path(name).is_fifo():  # reading one may wait for ever
            raise OperatorError(f"{variable} names {Path(name).name}, which is no file", cure="name a PEM file")
        with Path(name).open("rb") as file:
            found = file.read(_LARGEST + 1)
    except (OSError, ValueError) as failure:
        why = getattr(failure, "strerror", None) or "no such name"
        raise OperatorError(
            f"{variable} names {Path(name).name}: {why}", cure="check the path and its rights"
        ) from None
    if len(found) > _LARGEST:
        raise OperatorError(f"{variable} names {Path(name).name}, which is far too large", cure="name a PEM file")
    return found


def _key(name: str) -> "PrivateKeyTypes":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(_read(KEY, name), None)
    except TypeError:
        cure = "write it without one (openssl pkey) into a file that only this user can read"
        raise OperatorError(f"the key of {KEY} has a password", cure=cure) from None
    except (ValueError, UnsupportedAlgorithm):  # what the library says may quote the key: it is not passed on
        raise OperatorError(f"{KEY} names no private key: {Path(name).name}", cure="give it as PEM text") from None


def _in_date(chain: "list[x509.Certificate]") -> None:
    now = datetime.now(UTC)
    for one in chain:
        if one.not_valid_after_utc < now:
            raise OperatorError(
                f"a certificate of {CERTIFICATE} expired on {one.not_valid_after_utc:%d %B %Y}", cure="renew it"
            )
        if one.not_valid_before_utc > now:
            told = f"a certificate of {CERTIFICATE} is valid only from {one.not_valid_before_utc:%d %B %Y}"
            raise OperatorError(told, cure="check this machine's clock")


def _algorithm(key: "PrivateKeyTypes") -> str:
    """Name the signature that goes with a key (C2PA 2.1, 13.2.1: the algorithms allowed)."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in {"secp256r1", "secp384r1", "secp521r1"}:
        return {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    raise OperatorError(f"C2PA knows no signature for the key of {KEY}", cure="use a P-256 key (openssl ecparam)")
