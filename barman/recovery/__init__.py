# SPDX-License-Identifier: MIT
"""Recovery: a plan that touches nothing, and the steps that carry it out."""
