"""ephemeral vbrprov_random_password: a password that nothing keeps."""

from __future__ import annotations

import secrets
import string

from vbrprov.sdk.ephemeral import EphemeralResource, Opened
from vbrprov.sdk.model import Model, attribute, computed_attribute
from vbrprov.sdk.resource import ErrorClass, ProviderError, StepContext

#: As the random provider's, so that a configuration that moves here gives the same kind of text.
SPECIAL = "!@#$%&*()-_=+[]{}<>:?"


def _not_negative(value: int) -> str | None:
    return "The number must be zero or more." if value < 0 else None


def _least_one(value: int) -> str | None:
    return "The length must be at least 1." if value < 1 else None


class RandomPasswordModel(Model):
    """Arguments and attributes of ``ephemeral.vbrprov_random_password``."""

    length: int = attribute(doc="How many characters.", required=True, validators=(_least_one,))
    lower: bool = attribute(doc="Whether lower-case letters may occur.", default=True)
    upper: bool = attribute(doc="Whether upper-case letters may occur.", default=True)
    numeric: bool = attribute(doc="Whether digits may occur.", default=True)
    special: bool = attribute(doc=f"Whether special characters may occur: {SPECIAL}", default=True)
    min_lower: int = attribute(doc="At least so many lower-case letters.", default=0,
                               validators=(_not_negative,))
    min_upper: int = attribute(doc="At least so many upper-case letters.", default=0,
                               validators=(_not_negative,))
    min_numeric: int = attribute(doc="At least so many digits.", default=0,
                                 validators=(_not_negative,))
    min_special: int = attribute(doc="At least so many special characters.", default=0,
                                 validators=(_not_negative,))
    override_special: str | None = attribute(
        doc="The special characters to choose from instead of the usual ones.")
    result: str | None = computed_attribute(doc="The password.", sensitive=True)


class RandomPassword(EphemeralResource[RandomPasswordModel, None]):
    """A new password in every run; hand it to a write-only argument and pin that one's version."""

    type_name = "vbrprov_random_password"
    model = RandomPasswordModel
    doc = "A random password that is never recorded."
    source = ("https://registry.terraform.io/providers/hashicorp/random/latest/docs/"
              "ephemeral-resources/password")

    def open(self, client: None, config: RandomPasswordModel,
             ctx: StepContext) -> Opened[RandomPasswordModel]:
        """Draw the characters from the operating system's generator."""
        wanted = (
            (string.ascii_lowercase, config.lower, config.min_lower),
            (string.ascii_uppercase, config.upper, config.min_upper),
            (string.digits, config.numeric, config.min_numeric),
            (config.override_special or SPECIAL, config.special, config.min_special))
        least = sum(count for _, _, count in wanted)
        if least > config.length:
            raise ProviderError(
                ErrorClass.INVALID, "Password too short", f"The length is {config.length}, but the "
                f"min_* arguments ask for {least} characters together.", attribute="length")
        # A class that must occur may occur, whether it is switched on or not.
        everything = "".join(chars for chars, allowed, count in wanted if allowed or count)
        if not everything:
            raise ProviderError(
                ErrorClass.INVALID, "No characters to choose from", "At least one of lower, upper, "
                "numeric and special must be true.")
        drawn = [secrets.choice(chars) for chars, _, count in wanted for _ in range(count)]
        drawn += [secrets.choice(everything) for _ in range(config.length - least)]
        secrets.SystemRandom().shuffle(drawn)
        return Opened(config.copy(result="".join(drawn)))
