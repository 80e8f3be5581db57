package cairn.gpu;

import cairn.data.source.DataFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The tests of arrays and laws. Those of each package run in a process of their own, because all tests after one that breaks a GPU's
 * context would fail in the same process.
 */
final class LawsCheck implements Check {
    /** Tags of tests that are left out: long ones, and those that read pages or folders of the repository. */
    private static final String LEFT_OUT = "long,repository";
    /** On a device, tests of the CPU alone are left out too. */
    private static final String LEFT_OUT_ON_DEVICE = LEFT_OUT + ",cpu";
    static final List<String> FULL = List.of("state", "tensor", "nn", "optim", "recipe", "transfer", "recovery", "train", "run", "replay",
            "laws");
    static final List<String> QUICK = List.of("tensor", "nn", "optim", "laws.ReplayTest");

    @Override
    public String name() {
        return "laws";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(60);
    }

    @Override
    public void run(CheckContext context) throws IOException, InterruptedException {
        // Some tests read or write these in their working directory.
        Files.createDirectories(context.folder().resolve("target"));
        Files.createSymbolicLink(context.folder().resolve("datasets"), datasets());
        for (String tests : context.options().quickOr(QUICK, FULL)) {
            run(context, tests);
        }
    }

    private static void run(CheckContext context, String tests) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        CheckContext.Ended ended = context.run(Program.java(List.of("-Xmx3g"), LawRun.class.getName(), context.options().choice().isDevice()
                ? LEFT_OUT_ON_DEVICE : LEFT_OUT, "cairn." + tests).in(context.folder()));
        long passed = count(ended, LawRun.PASSED);
        List<String> failed = ended.lines().stream().filter(l -> l.startsWith(LawRun.FAILED)).map(l -> l.substring(LawRun.FAILED.length()))
                .toList();
        String counts = passed + " passed, " + failed.size() + " failed, " + count(ended, LawRun.SKIPPED) + " skipped in "
                + Format.seconds((System.nanoTime() - begin) / 1e9);
        if (ended.exit() == 0) {
            context.report(tests, Row.Verdict.PASSED, counts);
        } else if (failed.isEmpty()) {
            context.report(tests, Row.Verdict.FAILED, counts + ", and then it ended with " + ended.exit() + ": " + ended.lastError());
        } else {
            context.report(tests, Row.Verdict.FAILED, counts + ": " + String.join("; ", failed.subList(0, Math.min(3, failed.size())))
                    + (failed.size() > 3 ? "; ..." : ""));
        }
    }

    private static long count(CheckContext.Ended ended, String word) {
        return ended.lines().stream().filter(l -> l.startsWith(word)).count();
    }

    /** The folder that contains MNIST. */
    static Path datasets() throws IOException {
        return DataFolders.standard().folders().stream().filter(f -> Files.isDirectory(f.resolve("mnist"))).findFirst()
                .orElseThrow(() -> new IOException("MNIST is in none of " + DataFolders.standard().folders()));
    }
}
