# SPDX-License-Identifier: MIT
"""Packaging: what is installed, and what it needs."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = (HERE / "barman/version.py").read_text().split('"')[-2]

setup(
    name="barman",
    version=VERSION,
    description="Backup manager for PostgreSQL: base backups, WAL archive, recovery",
    long_description=(HERE / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="MIT",
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
        "Topic :: Database",
        "Topic :: System :: Archiving :: Backup",
    ],
)
