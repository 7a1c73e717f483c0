"""Certificates as others have them: a provider's, an operator's, an expired one."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM = serialization.Encoding.PEM


def name(words):
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, words), x509.NameAttribute(NameOID.COMMON_NAME, words)]
    )


def usage(**on):
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
    )
    return x509.KeyUsage(**{one: on.get(one, False) for one in [*names.split(), "encipher_only", "decipher_only"]})


def issued(who, key, issuer, signing, *, days=30, begins=-2, use=ExtendedKeyUsageOID.EMAIL_PROTECTION):
    now, root = datetime.now(UTC), issuer is None
    draft = (
        x509.CertificateBuilder()
        .subject_name(name(who))
        .issuer_name(issuer.subject if issuer else name(who))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), critical=True)
        .add_extension(usage(key_cert_sign=root, crl_sign=root, digital_signature=not root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not root:
        draft = draft.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    return draft.sign(signing, hashes.SHA256())


def curve():
    return ec.generate_private_key(ec.SECP256R1())


def strong():
    return rsa.generate_private_key(65537, 2048)


def chain(who="Provider Inc", key=None, **more):
    """Give (chain PEM, key PEM, root PEM)."""
    above, key = curve(), key or curve()
    root = issued(f"{who} root", above, None, above, days=900)
    leaf = issued(who, key, root, above, **more)
    text = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (leaf.public_bytes(PEM) + root.public_bytes(PEM)).decode(), text.decode(), root.public_bytes(PEM).decode()
