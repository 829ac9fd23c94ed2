# SPDX-License-Identifier: MIT
"""`functools.cached_property`, without the cost of importing `functools`.

The value is worked out when it is first asked for, and then stands in the object's
dictionary, before the property.  See doc/decisions/0007.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property:  # noqa: N801  # the name that type checkers know
        """A property that is worked out once."""

        def __init__(self, work):
            self._work = work
            self._name = work.__name__
            self.__doc__ = work.__doc__

        def __get__(self, owner, cls=None):
            if owner is None:
                return self
            value = owner.__dict__[self._name] = self._work(owner)
            return value


__all__ = ["cached_property"]
