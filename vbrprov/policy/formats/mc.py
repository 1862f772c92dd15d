"""Commands for MinIO's client."""

from __future__ import annotations

import json
import shlex

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    name = shlex.quote(request.name)
    text = json.dumps(document.body, indent=2, ensure_ascii=False)
    return (f"cat > {name}.json <<'EOF'\n{text}\nEOF\n"
            f'mc admin policy create "$ALIAS" {name} {name}.json\n'
            f'mc admin policy attach "$ALIAS" {name} --user "$USER_NAME"\n')


FORMAT = PolicyFormat(name="mc", doc="Commands for mc.", kinds=("iam",), write=_write, tool=True)
