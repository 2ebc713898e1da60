# SPDX-License-Identifier: Apache-2.0
"""The chain: `reading` for verifiers, `writing` for the service, `artifacts` for both."""
