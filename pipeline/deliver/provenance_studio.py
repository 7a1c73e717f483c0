"""The studio's own test certificate: made once, renewed in time, its key readable by its user alone."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from filelock import FileLock

from pipeline.store import make_folder, refused, write_whole

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

FOLDER = "credentials"
OWN, ROOTS = "studio.pem", "roots.pem"
"""The studio's key and certificates in one file, so that they always belong together; and its roots, for readers."""

YEARS = 10
"""Without a time stamp a signature ends with its certificate: a test certificate must outlive the film's season."""
RENEW = timedelta(days=90)
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def own(studio: Path) -> tuple[str, str]:
    """Give the studio's certificate chain and key as PEM, made or renewed when needed; processes may race.

    Raises:
        OperatorError: the folder cannot be written.
    """
    folder = make_folder(studio / FOLDER)
    try:
        folder.chmod(0o700)
        with FileLock(folder / ".lock", mode=0o600):
            return _kept(folder) or _made(folder)
    except OSError as failure:
        raise refused(failure, folder) from failure


def roots(studio: Path | None) -> str:
    """Give the roots of the studio's test certificates as PEM; "" where there is none."""
    try:
        return (studio / FOLDER / ROOTS).read_text("ascii") if studio else ""
    except (OSError, ValueError):
        return ""


def _kept(folder: Path) -> tuple[str, str] | None:
    """Read the chain and the key that are there; None where they are damaged or soon expire."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        (folder / OWN).chmod(0o600)
        text = (folder / OWN).read_bytes()
        chain, key = x509.load_pem_x509_certificates(text), load_pem_private_key(text, None)
    except (OSError, ValueError, TypeError):
        return None
    lasting = all(one.not_valid_after_utc - datetime.now(UTC) > RENEW for one in chain)
    whole = lasting and key.public_key() == chain[0].public_key() and pem(chain[-1:]) in roots(folder.parent)
    return (pem(chain), private(key)) if whole else None


def _made(folder: Path) -> tuple[str, str]:
    """Make a root and a signer's certificate; the root's key is thrown away, its certificate kept with those before."""
    from cryptography.hazmat.primitives.asymmetric import ec

    above, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    studio = uuid4().hex[:8]
    root = _certificate(f"Dailies test root {studio}", above, None, above)
    chain = pem([_certificate(f"Dailies studio {studio}", key, root, above), root])
    write_whole(folder / ROOTS, roots(folder.parent) + pem([root]))
    _write_secret(folder / OWN, private(key) + chain)
    return chain, private(key)


def _certificate(
    name: str,
    key: "PrivateKeyTypes",
    issuer: "x509.Certificate | None",
    signing: "PrivateKeyTypes",
) -> "x509.Certificate":
    """Make a certificate as C2PA asks (C2PA 2.1, 14.5.1): v3, key usages, and the identifiers of both keys."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    now, root = datetime.now(UTC), issuer is None
    parts = ((NameOID.ORGANIZATION_NAME, "Dailies test certificate"), (NameOID.COMMON_NAME, name))
    subject = x509.Name([x509.NameAttribute(oid, words) for oid, words in parts])
    usage = dict.fromkeys(_USAGES, False) | (
        {"key_cert_sign": True, "crl_sign": True} if root else {"digital_signature": True}
    )
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not root:
        draft = draft.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return draft.sign(signing, hashes.SHA256())


def _write_secret(path: Path, text: str) -> None:
    """Write a file that was never readable by anyone else, whole."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def pem(chain: "list[x509.Certificate]") -> str:
    """Write certificates as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(one.public_bytes(Encoding.PEM) for one in chain).decode("ascii")


def private(key: "PrivateKeyTypes") -> str:
    """Write a key as PEM, without a password."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
