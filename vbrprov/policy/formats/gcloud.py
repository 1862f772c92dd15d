"""Commands for the Google Cloud command line."""

from __future__ import annotations

import re
import shlex

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    role = re.sub(r"[^A-Za-z0-9_.]", "_", request.name)
    project = shlex.quote(request.scope.project) if request.scope.project else '"$PROJECT"'
    return (f"gcloud iam roles create {role} --project={project} "
            f"--title={shlex.quote(document.body['title'])} --stage=GA "
            f"--permissions={','.join(document.body['includedPermissions'])}\n")


FORMAT = PolicyFormat(name="gcloud", doc="Commands for gcloud.", kinds=("google_role",),
                      write=_write)
