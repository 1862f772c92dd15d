#!/usr/bin/env bash
# The quickstart against the embedded sandbox: apply, plan again, two refusals, repair, destroy.
# Needs vbrprov on the PATH; nothing outside this machine is touched.
set -euo pipefail
cd "$(dirname "$0")"

# A sandbox of its own, so that the demo neither finds nor leaves anything.
VBRPROV_SANDBOX_DIR=$(mktemp -d)
export VBRPROV_SANDBOX_DIR
trap 'vbrprov sandbox stop >/dev/null 2>&1 || true; rm -rf "$VBRPROV_SANDBOX_DIR"' EXIT

step() { printf '\n\033[1m=== %s\033[0m\n' "$1"; }

refused() { # runs a command that must end with exit status 1
  local status=0
  "$@" || status=$?
  if [ "$status" -ne 1 ]; then
    echo "expected a refusal (exit status 1), got $status" >&2
    exit 1
  fi
}

step "vbrprov plan: what would be made"
vbrprov plan -sandbox

step "vbrprov apply: make it"
vbrprov apply -sandbox -auto-approve

step "vbrprov plan: nothing is left to do"
vbrprov plan -sandbox -detailed-exitcode

step "A configuration that Veeam forbids is refused"
refused vbrprov -chdir=../forbidden validate

step "Somebody adds a lifecycle rule by hand: the next plan refuses"
python tamper.py
refused vbrprov plan -sandbox

step "A plan that removes it warns, and repairs"
vbrprov apply -sandbox -auto-approve -var purge_lifecycle_rules=true
vbrprov plan -sandbox -detailed-exitcode -var purge_lifecycle_rules=true

step "Backups are protected: destroy is refused"
refused vbrprov destroy -sandbox -auto-approve -var purge_lifecycle_rules=true

step "... until the configuration says otherwise"
vbrprov apply -sandbox -auto-approve -var deletion_policy=DELETE -var purge_lifecycle_rules=true
vbrprov destroy -sandbox -auto-approve -var deletion_policy=DELETE -var purge_lifecycle_rules=true

step "Done"
