"""Short digests of what is kept of people, so that the log shows a change and tells nobody's name or address."""

import hashlib
import json

from core.models import User

_LENGTH = 16
_ACCOUNT = ("username", "full_name", "position", "email", "is_superuser", "is_demo")


def of_account(user: User) -> str:
    """Who an account is of, where its mail goes, and whether it stands above all roles."""
    said = {name: getattr(user, name) for name in _ACCOUNT}
    kept = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(kept.encode()).hexdigest()[:_LENGTH]
