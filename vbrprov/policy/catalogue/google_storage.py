"""Permissions of Google Cloud Storage."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = "https://cloud.google.com/storage/docs/access-control/iam-permissions"

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "storage.buckets.get": (Level.BUCKET, "See the settings of the bucket"),
    "storage.buckets.list": (
        Level.ACCOUNT, "Browse for the bucket in the wizard; not needed when its name is typed"),
    "storage.buckets.getIamPolicy": (Level.BUCKET, "Read who may use the bucket"),
    "storage.buckets.setIamPolicy": (Level.BUCKET, "Allow an agent its own folder"),
    "storage.buckets.update": (Level.BUCKET, "Change the bucket's access settings"),
    "storage.hmacKeys.create": (Level.ACCOUNT, "Make the key that an agent signs with"),
    "storage.hmacKeys.delete": (Level.ACCOUNT, "Remove an agent's key when it is replaced"),
    "storage.hmacKeys.get": (Level.ACCOUNT, "Look at an agent's key"),
    "storage.hmacKeys.list": (Level.ACCOUNT, "See which keys an agent has"),
    "storage.objects.create": (Level.OBJECT, "Write backups"),
    "storage.objects.delete": (Level.OBJECT, "Remove backups whose retention is over"),
    "storage.objects.get": (Level.OBJECT, "Read backups"),
    "storage.objects.list": (Level.OBJECT, "List backups"),
    "storage.objects.setRetention": (Level.OBJECT, "Lock an object, or lock it for longer"),
    "storage.objects.update": (Level.OBJECT, "Change the settings of an object's lock"),
}
