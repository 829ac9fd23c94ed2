# SPDX-License-Identifier: MIT
"""Reports as text: console, JSON and Nagios, equals that know nothing of each other."""
