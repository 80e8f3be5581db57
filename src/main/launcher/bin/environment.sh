# Sourced by the programs of this folder, which say in $home where it is: the environment of the native libraries, and in $java which Java.

# ND4J's thread pool and OpenBLAS's share the cores only if the idle one sleeps, but not between two operations of a step; they read
# this once, when they are loaded.
: "${OMP_WAIT_POLICY:=passive}" "${GOMP_SPINCOUNT:=3000}" "${OPENBLAS_THREAD_TIMEOUT:=4}"
: "${MKL_THREADING_LAYER:=GNU}"  # so that MKL, if it is chosen, shares that pool
export OMP_WAIT_POLICY GOMP_SPINCOUNT OPENBLAS_THREAD_TIMEOUT MKL_THREADING_LAYER

# With libraries for GPUs: what a driver compiles at the first start is kept in a cache that is large enough (with the usual 256 MB the driver
# compiles at every start); GPUs are numbered as nvidia-smi does; float32 is float32, unless the user sets this to 1.
for cuda in "$home"/lib/nd4j-cuda-*; do
  [ -e "$cuda" ] || break
  : "${CUDA_CACHE_MAXSIZE:=4294967296}" "${CUDA_CACHE_PATH:=${XDG_CACHE_HOME:-$HOME/.cache}/cairn/cuda}"
  : "${CUDA_DEVICE_ORDER:=PCI_BUS_ID}" "${NVIDIA_TF32_OVERRIDE:=0}"
  export CUDA_CACHE_MAXSIZE CUDA_CACHE_PATH CUDA_DEVICE_ORDER NVIDIA_TF32_OVERRIDE
  mkdir -p "$CUDA_CACHE_PATH" 2>/dev/null || :
  break
done

# The one that came along (mvn -Pjre package), else the user's.
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
[ ! -x "$home/jre/bin/java" ] || java=$home/jre/bin/java
command -v "$java" >/dev/null || { echo "cairn needs Java 17 or newer; install it, or set JAVA_HOME" >&2; exit 1; }
