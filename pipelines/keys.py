"""Keys to publishers' services: from the environment or an Airflow connection, and nowhere else.

A key is sent in a header, never in an address, so that no address that is kept or printed can hold it; what is
said to people passes `hide` all the same.
"""

import logging
import os
import sys

log = logging.getLogger("iur")

HIDDEN = "[key]"


def key(variable: str) -> str:
    """Return the key that an environment variable (`IUR_X_KEY`) or an Airflow connection (`iur_x`) holds, or ''.

    The connection's password is asked for only where a task of Airflow runs: importing it takes seconds.
    """
    if not variable:
        return ""
    if found := os.environ.get(variable, "").strip():
        return found
    sdk = sys.modules.get("airflow.sdk")
    if sdk is None:
        return ""
    try:
        password = sdk.Connection.get(connection(variable)).password
    except Exception as error:  # each kind of secrets backend has its own "not found"
        where = connection(variable)
        log.warning("no key: neither %s nor the connection %s (%s)", variable, where, type(error).__name__)
        return ""
    return (password or "").strip()


def connection(variable: str) -> str:
    """Return the name of the Airflow connection that may hold the key of a variable."""
    return variable.lower().removesuffix("_key")


def hide(text: str, secret: str) -> str:
    """Return a text in which a secret cannot be read."""
    return text.replace(secret, HIDDEN) if secret else text
