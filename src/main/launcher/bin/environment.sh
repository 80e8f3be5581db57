# Sourced by the programs of this folder, which set $home. Sets the environment of the native
# libraries, in $java the Java to use, and in $quiet options for it.

# The thread pools of ND4J and OpenBLAS share the cores only if the idle pool sleeps, but not between two operations of a step. They read
# this once, when they are loaded. On Linux Cairn sets the same for itself; on macOS no program can.
: "${OMP_WAIT_POLICY:=passive}" "${GOMP_SPINCOUNT:=3000}" "${OPENBLAS_THREAD_TIMEOUT:=4}"
: "${MKL_THREADING_LAYER:=GNU}"  # so that MKL, if it is chosen, shares that pool
export OMP_WAIT_POLICY GOMP_SPINCOUNT OPENBLAS_THREAD_TIMEOUT MKL_THREADING_LAYER
# OpenMP allows a list, whose later numbers are for threads of threads. There are none here, and ND4J reads one number.
case ${OMP_NUM_THREADS:-} in *,*) OMP_NUM_THREADS=${OMP_NUM_THREADS%%,*} ;; esac

# In a locale that knows ASCII only, Java cannot name a file with other letters, and would print them as question marks.
case $(locale charmap 2>/dev/null) in
  ANSI_X3.4-1968 | US-ASCII) if [ -n "${LC_ALL:-}" ]; then LC_ALL=C.UTF-8; else export LC_CTYPE=C.UTF-8; fi ;;
esac

# With libraries for GPUs: the code that a driver compiles at the first start is kept. The usual cache of 256 MB is too small, and then the
# driver compiles at every start. GPUs are numbered as by nvidia-smi. float32 is not rounded to TF32, unless the user sets this to 1.
for cuda in "$home"/lib/nd4j-cuda-*; do
  [ -e "$cuda" ] || break
  : "${CUDA_CACHE_MAXSIZE:=4294967296}" "${CUDA_CACHE_PATH:=${XDG_CACHE_HOME:-$HOME/.cache}/cairn/cuda}"
  : "${CUDA_DEVICE_ORDER:=PCI_BUS_ID}" "${NVIDIA_TF32_OVERRIDE:=0}"
  export CUDA_CACHE_MAXSIZE CUDA_CACHE_PATH CUDA_DEVICE_ORDER NVIDIA_TF32_OVERRIDE
  mkdir -p "$CUDA_CACHE_PATH" 2>/dev/null || :
  break
done

# The Java of this folder (mvn -Pjre package), otherwise the Java of the user.
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
[ ! -x "$home/jre/bin/java" ] || java=$home/jre/bin/java
command -v "$java" >/dev/null || { echo "cairn needs Java 17 or newer; install it, or set JAVA_HOME" >&2; exit 1; }

# Newer versions of Java print warnings about calls that ND4J and JLine make. Each is answered by an option that older versions do not
# know, so the version decides. It is in the file `release` of every Java; without that file there are only the warnings.
real=$(readlink -f "$(command -v "$java")" 2>/dev/null) || real=$java
version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "${real%/bin/java}/release" 2>/dev/null) || version=
quiet=
[ "${version:-0}" -lt 22 ] || quiet=--enable-native-access=ALL-UNNAMED
[ "${version:-0}" -lt 23 ] || quiet="$quiet --sun-misc-unsafe-memory-access=allow"
