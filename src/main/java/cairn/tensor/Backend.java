package cairn.tensor;

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
        facts.put("nd4j", String.valueOf(Nd4j.class.getPackage().getImplementationVersion()));
        facts.put("blas", String.valueOf(p.get("blas.vendor")));
        facts.put("threads", String.valueOf(Nd4j.getEnvironment().maxMasterThreads()));
        facts.put("blas-threads", String.valueOf(Nd4j.factory().blas().getMaxThreads()));
        facts.put("onednn", Nd4j.getBackend().buildInfo().contains("ONEDNN") ? "yes" : "no");
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        return facts;
    }
}
