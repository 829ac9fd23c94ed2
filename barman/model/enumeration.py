# SPDX-License-Identifier: MIT
"""Enumerations, as the module `enum` makes them, without its start-up cost.

Importing `enum` loads `functools`, `collections` and `operator`, and makes each class
in a few hundred steps: more than all lists of `barman` cost otherwise.  Here are
members with `name` and `value`, found by value or by name, and compared by identity;
no flags, no aliases, no `auto`.  See doc/decisions/0007.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from enum import Enum, unique
else:

    class EnumType(type):
        """Makes members of the public attributes that are neither function nor slot."""

        def __new__(mcs, name, bases, namespace):
            """Make the class, then its members; each name and value stands once."""
            values = {
                key: value
                for key, value in namespace.items()
                if not key.startswith("_") and not hasattr(value, "__get__")
            }
            rest = {key: namespace[key] for key in namespace if key not in values}
            cls = super().__new__(mcs, name, bases, rest)
            cls._members = {}
            cls._by_value = {}
            for key, value in values.items():
                member = object.__new__(cls)
                put = object.__setattr__
                put(member, "name", key)
                put(member, "value", value)
                if cls._by_value.setdefault(value, member) is not member:
                    raise ValueError(f"{name}.{key} repeats the value {value!r}")
                cls._members[key] = member
                type.__setattr__(cls, key, member)
            return cls

        def __call__(cls, value):
            """Return the member with a value; raise `ValueError`."""
            try:
                return cls._by_value[value]
            except (KeyError, TypeError):
                if isinstance(value, cls):
                    return value
            raise ValueError(f"{value!r} is not a valid {cls.__name__}")

        def __getitem__(cls, name):
            """Return the member with a name; raise `KeyError`."""
            return cls._members[name]

        def __iter__(cls):
            return iter(cls._members.values())

        def __len__(cls):
            return len(cls._members)

        def __contains__(cls, value):
            return isinstance(value, cls)

        def __bool__(cls):
            return True

        def __setattr__(cls, name, value):
            if name in cls.__dict__.get("_members", ()):
                raise AttributeError(f"cannot reassign member {name!r}")
            super().__setattr__(name, value)

    class Enum(metaclass=EnumType):
        """One of a few named values; a subclass lists them."""

        def __setattr__(self, name, value):
            raise AttributeError(f"{self} cannot be changed")

        def __delattr__(self, name):
            raise AttributeError(f"{self} cannot be changed")

        def __str__(self):
            return f"{type(self).__name__}.{self.name}"

        def __repr__(self):
            return f"<{self}: {self.value!r}>"

        def __reduce__(self):
            return type(self), (self.value,)

    def unique(cls):
        """Return the class: values that repeat are refused always."""
        return cls


__all__ = ["Enum", "unique"]
