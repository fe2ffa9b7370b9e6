#!/bin/sh
# Stands for buildkit's program of this name, which this machine does not have: checks the build and
# records the image, but runs nothing of the Dockerfile. See ../image-build.ts.
exec "${LOCAL_BATCH_NODE:-node}" "$(dirname "$0")/../image-build.ts" "$@"
