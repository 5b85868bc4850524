#!/bin/sh
# Makes openapi.json.gz and schema.graphql.gz from GitHub's published descriptions, which
# come as npm packages (MIT). Needs npm, and a network. The versions are part of the
# result: change them here, run, and read the difference in the tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent --ignore-scripts '@octokit/openapi@23.0.2' '@octokit/graphql-schema@15.26.1' >/dev/null
tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
tar xzf octokit-graphql-schema-15.26.1.tgz package/schema.graphql
cd "$here"
go run ./prune -openapi "$work/package/generated/api.github.com.json" -graphql "$work/package/schema.graphql" -out .
