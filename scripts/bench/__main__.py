# SPDX-License-Identifier: Apache-2.0
"""`python -m scripts.bench`."""

from scripts.bench.command import bench

if __name__ == "__main__":
    bench(prog_name="python -m scripts.bench")
