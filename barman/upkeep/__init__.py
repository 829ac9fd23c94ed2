# SPDX-License-Identifier: MIT
"""What keeps a server healthy, and what tells how it is."""
