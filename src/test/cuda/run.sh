#!/bin/sh
# Runs a command with the stand-in for CUDA in the place of a GPU:
#     src/test/cuda/run.sh target/standin target/cairn/bin/cairn train mnist-mlp --steps 20
# CAIRN_STANDIN_COUNTS=FILE keeps what was counted; standin.c lists the other variables.
set -e
here=$(cd "$(dirname "$0")" && pwd)
standin=$(cd "$1" && pwd)
shift
export PATH="$here:$PATH" LD_LIBRARY_PATH="$standin${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" LD_PRELOAD="$standin/libcudart.so.11.0"
export JAVA_TOOL_OPTIONS="-Dorg.bytedeco.javacpp.pathsFirst=true -Djava.library.path=$standin -Dorg.bytedeco.javacpp.cachedir=$standin/cache $JAVA_TOOL_OPTIONS"
exec "$@"
