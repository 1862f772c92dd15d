"""rsadecrypt(ciphertext, privatekey): what was encrypted with an RSA key."""

from __future__ import annotations

from vbrprov.functions._base64 import decoded
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param


def _rsadecrypt(ciphertext: str, private_key: str) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import (
        load_pem_private_key,
        load_ssh_private_key,
    )

    data = decoded(ciphertext)
    if data is None:
        raise FunctionError(0, "failed to decode input: cipher text must be base64-encoded")
    load = load_ssh_private_key if "OPENSSH PRIVATE KEY" in private_key else load_pem_private_key
    try:
        key = load(private_key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise FunctionError(1, "invalid private key") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise FunctionError(1, "invalid private key: not an RSA key")
    try:
        return text(key.decrypt(data, padding.PKCS1v15()).decode())
    except UnicodeDecodeError:
        raise FunctionError(None, "the decrypted data are not valid UTF-8") from None
    except ValueError:
        raise FunctionError(None, "failed to decrypt: the data do not fit the key") from None


FUNCTION = Function(
    name="rsadecrypt", group="hash",
    doc="Decrypt RSA (PKCS #1 v1.5) cipher text with a private key.",
    params=(
        Param("ciphertext", str, "The cipher text, as Base64."),
        Param("privatekey", str, "The private key, PEM, not encrypted."),
    ),
    returns=str, impl=_rsadecrypt,
    example='rsadecrypt(filebase64("ciphertext"), file("privatekey.pem"))',
)
