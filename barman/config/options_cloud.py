# SPDX-License-Identifier: MIT
"""Options about object stores and snapshots of cloud disks."""

from __future__ import annotations

from barman.config import grammar as g
from barman.config.option import Chapter, Option, Scope

CLOUD = Chapter(
    "Cloud",
    (
        Option(
            "cloud_staging_directory",
            g.ABSOLUTE_PATH,
            "/tmp/barman/cloud-staging",  # noqa: S108  # compat: the default
            Scope.ANY,
            "Directory in which a backup waits for its upload",
        ),
        Option(
            "cloud_staging_max_size",
            g.SIZE,
            "30Gi",
            Scope.ANY,
            "Size of the waiting files at which pg_basebackup is paused",
        ),
        Option(
            "cloud_upload_max_archive_size",
            g.SIZE,
            "100Gi",
            Scope.ANY,
            "Size at which an uploaded archive is split",
        ),
        Option(
            "cloud_upload_min_chunk_size",
            g.SIZE,
            None,
            Scope.ANY,
            "Smallest part of an upload",
        ),
        Option(
            "cloud_delete_batch_size",
            g.INTEGER,
            None,
            Scope.ANY,
            "Number of objects deleted at once",
            "The default is what the provider allows: 1000 for S3, 256 for Azure, "
            "100 for Google.",
        ),
        Option("aws_profile", g.TEXT, None, Scope.ANY, "Profile of the AWS client"),
        Option("aws_region", g.TEXT, None, Scope.ANY, "Region of AWS"),
        Option(
            "aws_read_timeout",
            g.SECONDS,
            None,
            Scope.ANY,
            "Longest wait for an answer of AWS",
        ),
        Option(
            "aws_encryption",
            g.enum("AES256", "aws:kms", exact=True),
            None,
            Scope.ANY,
            "How S3 encrypts what it stores",
        ),
        Option(
            "aws_sse_kms_key_id",
            g.TEXT,
            None,
            Scope.ANY,
            "Key with which S3 encrypts",
            "Only with `aws_encryption = aws:kms`.",
        ),
        Option(
            "aws_check_object_lock",
            g.BOOLEAN,
            "off",
            Scope.ANY,
            "Whether objects are asked for a lock before they are deleted",
        ),
        Option(
            "aws_await_snapshots_timeout",
            g.SECONDS,
            "3600",
            Scope.ANY,
            "Longest wait for snapshots of AWS",
        ),
        Option(
            "aws_snapshot_lock_mode",
            g.TEXT,
            None,
            Scope.ANY,
            "Lock of snapshots: `governance` or `compliance`",
        ),
        Option(
            "aws_snapshot_lock_duration",
            g.INTEGER,
            None,
            Scope.ANY,
            "Days of the lock, 1 to 36500",
        ),
        Option(
            "aws_snapshot_lock_expiration_date",
            g.TEXT,
            None,
            Scope.ANY,
            "End of the lock, instead of its days",
            "Written `YYYY-MM-DDTHH:MM:SS.fffZ`.",
        ),
        Option(
            "aws_snapshot_lock_cool_off_period",
            g.INTEGER,
            None,
            Scope.ANY,
            "Hours in which a compliance lock can be changed, 1 to 72",
        ),
        Option(
            "azure_credential",
            g.enum("azure-cli", "managed-identity", "default"),
            None,
            Scope.ANY,
            "Credential of the Azure client",
        ),
        Option(
            "azure_resource_group", g.TEXT, None, Scope.ANY, "Resource group of Azure"
        ),
        Option(
            "azure_subscription_id",
            g.TEXT,
            None,
            Scope.ANY,
            "Subscription of Azure",
            "Required for snapshots of Azure.",
        ),
        Option(
            "snapshot_gcp_project",
            g.TEXT,
            None,
            Scope.ANY,
            "Project of Google Cloud",
            deprecated="use `gcp_project`",
        ),
        Option(
            "snapshot_zone",
            g.TEXT,
            None,
            Scope.SERVER_OR_MODEL,
            "Zone of Google Cloud",
            deprecated="use `gcp_zone`",
        ),
        Option(
            "gcp_project",
            g.TEXT,
            "<snapshot_gcp_project>",
            Scope.ANY,
            "Project of Google Cloud",
            "Required for snapshots of Google.",
        ),
        Option(
            "gcp_zone",
            g.TEXT,
            "<snapshot_zone>",
            Scope.SERVER_OR_MODEL,
            "Zone of Google Cloud",
        ),
        Option(
            "snapshot_provider",
            g.enum("aws", "azure", "gcp", exact=True),
            None,
            Scope.ANY,
            "Cloud whose disks are snapshotted",
            "Required by the method `snapshot`.",
        ),
        Option(
            "snapshot_instance",
            g.TEXT,
            None,
            Scope.SERVER_OR_MODEL,
            "Machine that the disks belong to",
            "Required by the method `snapshot`.",
        ),
        Option(
            "snapshot_disks",
            g.DISKS,
            None,
            Scope.SERVER_OR_MODEL,
            "Disks that hold the cluster",
            "Required by the method `snapshot`.",
        ),
    ),
)
