# SPDX-License-Identifier: Apache-2.0
"""`make bench`: what the documentation claims about speed, measured against ceilings and peers.

Every number stands beside a ceiling (the part of the work that nobody can leave out, alone) or a
peer, measured in the same run and in turns with it. There are no timed assertions anywhere.
"""
