package cairn.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/** What the bits of a computation depend on beside recipe and state: the native library, its threads, the machine. */
public final class Backend {
    private Backend() {
    }

    /** The facts, in a fixed order, by short names. Equal facts promise equal bits. */
    public static Map<String, String> facts() {
        Properties p = Nd4j.getExecutioner().getEnvironmentInformation();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("backend", String.valueOf(p.get("backend")));
        facts.put("nd4j", nd4jVersion());
        facts.put("blas", String.valueOf(p.get("blas.vendor")));
        facts.put("threads", String.valueOf(Nd4j.getEnvironment().maxMasterThreads()));
        facts.put("blas-threads", String.valueOf(Nd4j.factory().blas().getMaxThreads()));
        facts.put("onednn", Nd4j.getBackend().buildInfo().contains("ONEDNN") ? "yes" : "no");
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        return facts;
    }

    /** As the jar says, whose manifest is silent. */
    private static String nd4jVersion() {
        Properties jar = new Properties();
        try (InputStream in = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
            if (in != null) {
                jar.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar.getProperty("version", "unknown");
    }
}
