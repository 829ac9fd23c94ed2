# SPDX-License-Identifier: MIT
"""What a backup manager knows: values, entities and policies, without I/O or clock."""
