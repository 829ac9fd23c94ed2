# SPDX-License-Identifier: MIT
"""One function for many types of report: `functools.singledispatch`, made light.

The one of the standard library loads `typing` as soon as a type is registered, which
every list would pay for.  Only what is used here is offered: classes, one argument
that decides, the nearest class in the order of inheritance.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import singledispatch as by_type
else:

    class ByType:
        """Calls the function that is registered for the type of its argument."""

        def __init__(self, fallback):
            self._fallback = fallback
            self._functions = {}
            self.__doc__ = fallback.__doc__

        def register(self, cls):
            """Return a decorator that registers a function for `cls`."""

            def add(function):
                self._functions[cls] = function
                return function

            return add

        def dispatch(self, cls):
            """Return the function for a class."""
            for ancestor in cls.__mro__:
                if ancestor in self._functions:
                    return self._functions[ancestor]
            return self._fallback

        def __call__(self, report, *others):
            return self.dispatch(type(report))(report, *others)

    by_type = ByType

__all__ = ["by_type"]
