#!/bin/sh
# Puts the package of the image where n8n loads packages from, and starts n8n.
set -e
rm -rf ~/.n8n/nodes/node_modules/n8n-nodes-bluecore
mkdir -p ~/.n8n/nodes/node_modules
cp -R "${PACKAGES:-/opt/nodes}/node_modules/n8n-nodes-bluecore" ~/.n8n/nodes/node_modules/
exec "${N8N_ENTRYPOINT:-/docker-entrypoint.sh}" "$@"
