package cairn.gpu;

import cairn.data.source.DataFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The tests that speak of arrays and of laws, each room's in a process of its own: where one breaks a card's context, all that follow in the
 * same process would fail.
 */
final class LawsCheck implements Check {
    /**
     * What takes long, what reads the pages or folders of the repository, and where arrays live apart, what speaks of the processor alone.
     */
    private static final String LEFT_OUT = "long,repository";
    private static final String LEFT_OUT_APART = LEFT_OUT + ",processor";
    private static final List<String> ROOMS = List.of("state", "tensor", "nn", "optim", "train", "laws");
    private static final List<String> QUICK = List.of("tensor", "nn", "optim", "laws.FilmTest");

    @Override
    public String name() {
        return "laws";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(60);
    }

    @Override
    public void play(CheckContext stage) throws IOException, InterruptedException {
        // What some of them look for, or write, in the folder that they work in.
        Files.createDirectories(stage.folder().resolve("target"));
        Files.createSymbolicLink(stage.folder().resolve("datasets"), datasets());
        for (String room : stage.place().quickOr(QUICK, ROOMS)) {
            play(stage, room);
        }
    }

    private static void play(CheckContext stage, String room) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        CheckContext.Ended ended = stage.run(Program.java(List.of("-Xmx3g"), LawRun.class.getName(), stage.place().choice().isDevice() ? LEFT_OUT_APART : LEFT_OUT,
                "cairn." + room).in(stage.folder()));
        long passed = count(ended, LawRun.PASSED);
        List<String> failed = ended.lines().stream().filter(l -> l.startsWith(LawRun.FAILED)).map(l -> l.substring(LawRun.FAILED.length())).toList();
        String counts = passed + " passed, " + failed.size() + " failed, " + count(ended, LawRun.SKIPPED) + " skipped in "
                + Figures.seconds((System.nanoTime() - begin) / 1e9);
        if (ended.exit() == 0) {
            stage.tell(room, Row.Verdict.PASSED, counts);
        } else if (failed.isEmpty()) {
            stage.tell(room, Row.Verdict.FAILED, counts + ", and then it ended with " + ended.exit() + ": " + ended.lastWords());
        } else {
            stage.tell(room, Row.Verdict.FAILED, counts + ": " + String.join("; ", failed.subList(0, Math.min(3, failed.size())))
                    + (failed.size() > 3 ? "; ..." : ""));
        }
    }

    private static long count(CheckContext.Ended ended, String word) {
        return ended.lines().stream().filter(l -> l.startsWith(word)).count();
    }

    /** The folder in which MNIST is. */
    static Path datasets() throws IOException {
        return DataFolders.standard().folders().stream().filter(f -> Files.isDirectory(f.resolve("mnist"))).findFirst()
                .orElseThrow(() -> new IOException("MNIST is in none of " + DataFolders.standard().folders()));
    }
}
