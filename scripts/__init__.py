# SPDX-License-Identifier: Apache-2.0
"""Scripts: for `ape run`, and for building what is committed."""
