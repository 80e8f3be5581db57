package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.common.config.ND4JEnvironmentVars;
import org.nd4j.common.config.ND4JSystemProperties;

class BitVariablesTest {
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");
    private static final int SHORTEST = 8;
    /** Texts in the libraries that look like names of variables: kinds of operations, CPUs, instruction sets, routines of LAPACK. */
    private static final Pattern OTHER_TEXTS = Pattern.compile("AMD_.*|INTEL_(ATOM_)?[A-Z]{3,4}|INTEL_CORE|X86_.*|AVX.*|PREFER_YMM|HAVE_.*"
            + "|(PAIRWISE|REDUCE|SCALAR|TRANSFORM|BROADCAST)_[A-Z]+|INDEX_ACCUMULATION|ARRAY_LIST|LOOP_COND|NEXT_ITERATION"
            + "|[A-Z0-9]{5,8}_(2STAGE|RK|ROOK|3X?|AA|AA_2STAGE|ROW|COL|HB2ST|SB2ST|HE2HB|SY2SB|COL_GETRFNP2?)|(BIG|LITTLE)_ENDIAN"
            + "|PROCESSOR_DEFINED|GFORTRAN_(C99_|F2C_)?8");
    /** ND4J's names that no part reads which Cairn uses: of other backends, of a cluster, of the choice of the backend, which is a fact. */
    private static final Pattern NOT_USED = Pattern.compile("BACKEND_PRIORITY_.*|DL4J_VOID_IP|aeron\\..*");

    /** A new version of a library with a new variable must not come in unnoticed. */
    @Test
    void everyVariableInTheNativeLibrariesIsRecordedOrAllowedToVary() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (jar.matches(".*[/\\\\](nd4j|openblas|javacpp|mkl|cuda|cudnn)-.*\\.jar")) {
                try (ZipFile zip = new ZipFile(jar)) {
                    for (ZipEntry e : zip.stream().filter(z -> z.getName().matches(".*\\.(so|dll|dylib)[.0-9]*")).toList()) {
                        try (InputStream in = zip.getInputStream(e)) {
                            names.addAll(variables(in));
                        }
                    }
                }
            }
        }
        assertThat(names).as("the search finds variables").contains("SD_FORBID_HELPERS", "SD_BLAS_FALLBACK");
        if (Backend.facts().get("onednn").equals("yes")) {
            assertThat(names).contains("DNNL_MAX_CPU_ISA");
        }
        for (String name : names) {
            assertThat(BitVariables.isRead(false, name) || BitVariables.isRead(true, name)).as(name + " is recorded or allowed to vary")
                    .isTrue();
        }
        assertThat(names.stream().filter(n -> BitVariables.decides(false, n)).toList()).contains("SD_FORBID_HELPERS", "SD_BLAS_FALLBACK");
    }

    @Test
    void everyVariableAndPropertyThatNd4jNamesIsRecordedOrAllowedToVary() throws ReflectiveOperationException {
        for (Field f : ND4JEnvironmentVars.class.getFields()) {
            String name = (String) f.get(null);
            assertThat(BitVariables.isRead(false, name) || NOT_USED.matcher(name).matches()).as(name).isTrue();
        }
        for (Field f : ND4JSystemProperties.class.getFields()) {
            String name = (String) f.get(null);
            assertThat(name.startsWith("org.nd4j.") || name.startsWith("org.bytedeco.") || BitVariables.decides(name)
                    || NOT_USED.matcher(name).matches()).as(name).isTrue();
        }
    }

    @Test
    void aVariableThatNobodyKnowsIsRecordedIfALibraryMayReadIt() {
        for (String name : List.of("SD_NEW", "ND4J_NEW", "OMP_NEW", "OPENBLAS_NEW", "DNNL_NEW", "ONEDNN_NEW", "MKL_NEW", "GOMP_NEW", "KMP_NEW")) {
            assertThat(BitVariables.of(false, Map.of(name, "1", "HOME", "/home/me"), Map.of())).isEqualTo(name + "=1");
        }
        for (String name : List.of("SD_NEW", "CUDA_NEW", "CUBLAS_NEW", "CUDNN_NEW", "NVIDIA_NEW")) {
            assertThat(BitVariables.of(true, Map.of(name, "1"), Map.of())).isEqualTo(name + "=1");
        }
        assertThat(BitVariables.of(false, Map.of(), Map.of("org.bytedeco.javacpp.pathsFirst", "true", "user.home", "/home/me", "opexec", "x.Y")))
                .isEqualTo("-Dopexec=x.Y -Dorg.bytedeco.javacpp.pathsFirst=true");
    }

    /** Else every resume of an older checkpoint would be less than exact. */
    @Test
    void whatTheLauncherTheBuildAndImagesOfNvidiaSetIsNotRecorded() {
        Map<String, String> launcher = Map.of("OMP_WAIT_POLICY", "passive", "GOMP_SPINCOUNT", "3000", "OPENBLAS_THREAD_TIMEOUT", "4",
                "MKL_THREADING_LAYER", "GNU", "OMP_NUM_THREADS", "2", "CUDA_CACHE_MAXSIZE", "4294967296", "CUDA_CACHE_PATH", "/home/me/c",
                "CUDA_DEVICE_ORDER", "PCI_BUS_ID", "CUDA_VERSION", "11.6", "NVIDIA_VISIBLE_DEVICES", "all");
        Map<String, String> properties = Map.of("org.nd4j.log.initialization", "false", "org.bytedeco.javacpp.maxphysicalbytes", "0",
                "org.bytedeco.javacpp.cachedir", "/home/me/.javacpp", "org.bytedeco.javacpp.maxBytes", "8g", "org.bytedeco.openblas.load", "mkl",
                "java.awt.headless", "true");
        assertThat(BitVariables.of(false, launcher, properties)).isEqualTo("none");
        assertThat(BitVariables.of(true, launcher, properties)).isEqualTo("none");
        assertThat(BitVariables.of(false, Map.of("MKL_THREADING_LAYER", "INTEL"), Map.of("org.bytedeco.openblas.load", "blis")))
                .isEqualTo("-Dorg.bytedeco.openblas.load=blis MKL_THREADING_LAYER=INTEL");
        assertThat(Backend.facts().get("bit-variables")).isIn("none", "NVIDIA_TF32_OVERRIDE=0");
    }

    @Property
    void anyValueIsRecordedInOneShortLineAndAnotherOneDiffers(@ForAll String one, @ForAll String other) {
        String first = BitVariables.of(false, Map.of("SD_X", one), Map.of());
        String second = BitVariables.of(false, Map.of("SD_X", other), Map.of());
        assertThat(first.equals(second)).isEqualTo(one.equals(other));
        assertThat(first).matches("SD_X=[!-~]{0,400}");
    }

    @Test
    void longValuesAndManyVariablesAreRecordedByTheirDigest() {
        String a = BitVariables.of(false, Map.of("SD_X", "a".repeat(100_000)), Map.of());
        String b = BitVariables.of(false, Map.of("SD_X", "a".repeat(99_999) + "b"), Map.of());
        assertThat(a).matches("SD_X=sha256:[0-9a-f]{64}").isNotEqualTo(b);
        assertThat(BitVariables.of(false, Map.of("SD_X", a.substring(5)), Map.of())).isNotEqualTo(a);
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            many.put("SD_" + i, "x");
        }
        String all = BitVariables.of(false, many, Map.of());
        assertThat(all).matches("1000 variables, sha256:[0-9a-f]{64}");
        many.put("SD_0", "y");
        assertThat(BitVariables.of(false, many, Map.of())).isNotEqualTo(all);
        assertThat(BitVariables.of(false, Map.of("SD_A", "b SD_C=d"), Map.of())).isEqualTo("SD_A=b\\u0020SD_C=d")
                .isNotEqualTo(BitVariables.of(false, Map.of("SD_A", "b", "SD_C", "d"), Map.of()));
    }

    @Test
    void theRemedyNamesWhatToSetAndWhatToUnset() {
        assertThat(BitVariables.remedy("none", "SD_FORBID_HELPERS=1")).isEqualTo("unset SD_FORBID_HELPERS before starting");
        assertThat(BitVariables.remedy("A=1 B=2", "A=1 C=3")).isEqualTo("set B=2 and unset C before starting");
        assertThat(BitVariables.remedy("A=1", "A=2")).isEqualTo("set A=1 before starting");
        assertThat(BitVariables.remedy("-Dorg.nd4j.x=1", "none")).isEqualTo("set -Dorg.nd4j.x=1 before starting");
        assertThat(BitVariables.remedy("A=sha256:00", "none")).startsWith("set A to its value of then");
        assertThat(BitVariables.remedy("1000 variables, sha256:00", "none")).startsWith("set the variables");
    }

    /** The texts in {@code library} that can be names of variables; none if it reads no variables. */
    private static Set<String> variables(InputStream library) throws IOException {
        Set<String> found = new TreeSet<>();
        boolean reads = false;
        byte[] word = new byte[64];
        int length = -1;
        try (InputStream in = new BufferedInputStream(library, 1 << 20)) {
            byte[] some = new byte[1 << 16];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                for (int i = 0; i < n; i++) {
                    byte b = some[i];
                    if (b == 0) {
                        if (length >= 6) {
                            String text = new String(word, 0, length, StandardCharsets.ISO_8859_1);
                            reads |= text.equals("getenv") || text.equals("secure_getenv");
                            if (length >= SHORTEST && NAME.matcher(text).matches() && !OTHER_TEXTS.matcher(text).matches()) {
                                found.add(text);
                            }
                        }
                        length = 0;
                    } else if (length >= 0 && length < word.length && b > ' ') {
                        word[length++] = b;
                    } else {
                        length = -1;
                    }
                }
            }
        }
        return reads ? found : Set.of();
    }
}
