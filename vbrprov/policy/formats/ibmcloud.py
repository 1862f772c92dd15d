"""Commands for the IBM Cloud command line."""

from __future__ import annotations

import json
import shlex

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    out = [
        f"ibmcloud iam role-create {shlex.quote(role['name'])} "
        f"--display-name {shlex.quote(role['display_name'])} "
        f"--service-name {role['service_name']} --actions {','.join(role['actions'])}\n"
        for role in document.body["roles"]]
    for number, policy in enumerate(document.body["policies"]):
        file = shlex.quote(f"{request.name}-{number}.json")
        text = json.dumps(policy, indent=2, ensure_ascii=False)
        out.append(f"cat > {file} <<'EOF'\n{text}\nEOF\n"
                   'ibmcloud iam service-policy-create "$SERVICE_ID" '
                   f"--file {file} --api-version v2\n")
    return "".join(out)


FORMAT = PolicyFormat(name="ibmcloud", doc="Commands for ibmcloud.", kinds=("ibm",), write=_write)
