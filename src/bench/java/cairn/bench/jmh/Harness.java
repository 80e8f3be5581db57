package cairn.bench.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of this package, each in its own process and for a short time. */
public final class Harness {
    private static final TimeValue EACH = TimeValue.milliseconds(400);
    private static final int WARM_UPS = 4;
    private static final int MEASUREMENTS = 7;

    private Harness() {
    }

    /** A table of Markdown. */
    public static String table() throws IOException {
        try {
            Collection<RunResult> results = new Runner(new OptionsBuilder().include("cairn\\.bench\\.jmh\\..*").forks(1)
                    .warmupIterations(WARM_UPS)
                    .warmupTime(EACH).measurementIterations(MEASUREMENTS).measurementTime(EACH).verbosity(VerboseMode.SILENT)
                    .jvmArgs("-Xmx2g", "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0")
                    .shouldFailOnError(true)
                    .output(Path.of("target", "jmh.log").toString()).build()).run();
            StringBuilder table = new StringBuilder("| operation or step | median, us | smallest to largest of " + MEASUREMENTS
                    + " |\n|---|--:|--:|\n");
            for (RunResult r : results) {
                Result<?> time = r.getPrimaryResult();
                String what = r.getParams().getParam("work") == null ? r.getParams().getParam("operation") : "step of "
                        + r.getParams().getParam("work");
                table.append(String.format(Locale.ROOT, "| %s | %.2f | %.2f to %.2f |%n", what, time.getStatistics().getPercentile(50),
                        time.getStatistics().getMin(), time.getStatistics().getMax()));
            }
            return table.toString();
        } catch (RunnerException e) {
            throw new IOException("JMH did not run; its output is in target/jmh.log", e);
        }
    }
}
