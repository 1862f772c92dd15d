"""bcrypt(str, cost): a password hash."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param

_LEAST, _USUAL, _MOST = 4, 10, 31
#: Each step doubles the time, which is a quarter of a second at 12; a limit of ours.
_AFFORDABLE = 18


def _bcrypt(password: str, *cost: int) -> str:
    if len(cost) > 1:
        raise FunctionError(None, "bcrypt() takes no more than two arguments")
    wanted = cost[0] if cost else _USUAL
    if wanted < _LEAST:
        wanted = _USUAL
    if wanted > _MOST:
        raise FunctionError(1, f"cost {wanted} is outside allowed range ({_LEAST},{_MOST})")
    if wanted > _AFFORDABLE:
        raise FunctionError(1, f"a cost of more than {_AFFORDABLE} takes too long here")
    data = password.encode()
    if len(data) > 72:
        raise FunctionError(0, "the password is longer than 72 bytes")
    import bcrypt

    return bcrypt.hashpw(data, bcrypt.gensalt(wanted, prefix=b"2a")).decode()


FUNCTION = Function(
    name="bcrypt", group="hash",
    doc="Hash a password with bcrypt and a random salt; the result is known after apply.",
    params=(Param("str", str, "The password, at most 72 bytes."),),
    variadic=Param("cost", int, "The cost, 4 to 18; 10 where not given."),
    returns=str, impl=_bcrypt, pure=False, example='bcrypt("secret", 4)',
)
