package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.Verification;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.Header;
import cairn.cli.args.ReplayRange;
import cairn.cli.args.RunStep;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Failure;
import cairn.cli.report.Format;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Meter;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.replay.Proof;
import cairn.run.RunCheck;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn verify}. */
@Command(name = "verify", description = {
    "Reads every checkpoint of a run, or one, completely. Checks every checksum, the digest of the state, and that the journal recorded"
            + " this digest when the state was saved.",
    "Reads recipe.yaml and run.json too, and whether every checkpoint belongs to this run, to its recipe and to its origin.",
    "Prints every problem with file, path and byte. One problem is enough for exit code 1. Changes nothing, and works while the run is"
            + " being trained."},
        footer = {"", "Examples:",
            "  cairn verify mnist-mlp",
            "  cairn verify mnist-mlp@1200",
            "  cairn verify iris --replay                   trains everything again",
            "  cairn verify iris --replay=100..200",
            "  cairn verify mnist-mlp --json | grep '\"sound\":false'"})
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN[@STEP]", description = "The name of a run, or the path of its folder; or one checkpoint of"
            + " it: RUN@STEP, RUN@best or RUN@latest.")
    private String name;

    @Option(names = "--replay", paramLabel = "FROM..TO", arity = "0..1", fallbackValue = "..", order = 0, description = {
        "Trains these steps again (or all), and compares each with what was recorded: losses, learning rates and measures bit for bit,"
            + " and every checkpoint.",
        "Prints \"identical\", or the first difference and its likely cause."})
    private String replay;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        Optional<RunStep> at = name.contains("@") ? Optional.of(session.resolve(name)) : Optional.empty();
        if (replay != null || at.isPresent() && !at.get().isStored()) {
            return replay(screen, at, new ReplayRange(replay == null ? ".." : replay));
        }
        StoredRun run = at.isPresent() ? at.get().run() : session.runs().find(name);
        int problems = 0;
        List<Verification> results;
        try (RunFolder folder = RunFolder.read(run.folder(), new RealDisk())) {
            RunCheck check = RunCheck.of(folder);
            for (RunCheck.Problem problem : check.problems()) {
                problems++;
                screen.print(problem.file() + "  NOT SOUND" + System.lineSeparator() + indented(problem.message()));
                screen.emit(Screen.event("verified").put("run", run.name()).put("file", problem.file()).put("sound", false)
                        .put("message", problem.message()));
            }
            results = at.isPresent() ? one(screen, at.get(), folder.store(), check) : all(screen, run, folder.store(), check);
        }
        List<Verification> unsound = results.stream().filter(r -> !r.isSound()).toList();
        problems += unsound.size();
        if (results.isEmpty()) {
            screen.print(run.hasNone());
        } else {
            screen.print((results.size() > 1 ? System.lineSeparator() : "") + (unsound.isEmpty()
                    ? Format.count(results.size(), "checkpoint") + ", sound: every checksum and every digest is correct"
                    : unsound.size() + " of " + Format.count(results.size(), "checkpoint") + " not sound"));
        }
        screen.emit(Screen.event("end").put("run", run.name()).put("checkpoints", results.size())
                .put("sound", results.size() - unsound.size()).put("problems", problems));
        return problems == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Trains steps again: those of the range, or those to the step that is asked for, from the checkpoint before it if it has none. */
    private int replay(Screen screen, Optional<RunStep> at, ReplayRange range) throws IOException {
        StoredRun run = at.isPresent() ? at.get().run() : session.runs().find(name);
        if (at.isPresent() && (range.from().isPresent() || range.to().isPresent())) {
            throw CommandException.usage("--replay=FROM..TO is a range of steps of a run; leave out @" + at.get().step());
        }
        OptionalLong before = at.isPresent() && replay == null ? checkpointBefore(at.get()) : OptionalLong.empty();
        Proof proof = session.replay(run, 0, (replay, progress) -> replay.prove(
                before.orElse(range.from().isPresent() ? range.from().getAsLong() : replay.oldest()),
                at.isPresent() ? at.get().step() : range.to().isPresent() ? range.to().getAsLong() : replay.newest(), progress));
        ObjectNode event = Screen.event("proof").put("run", run.name()).put("from", proof.from()).put("to", proof.to())
                .put("numbers", proof.numbers()).put("states", proof.states()).put("identical", proof.isIdentical());
        String what = "steps " + proof.from() + " to " + proof.to() + ": " + Format.count(proof.numbers(), "number")
                + " of the journal and "
                + Format.count(proof.states(), "state") + " compared";
        screen.print(what);
        for (Proof.Divergence d : proof.divergences()) {
            screen.print((d == proof.divergences().get(0) ? "first" : "next") + " difference at step " + d.step() + ": " + d.path()
                    + (d.index() < 0 ? "" : " [" + d.index() + "]"));
            screen.print("  recorded  " + d.recorded() + System.lineSeparator() + "  replayed  " + d.replayed());
            screen.print("likely cause: " + d.reason());
        }
        proof.divergences().stream().findFirst().ifPresent(d -> event.put("step", d.step()).put("path", d.path()).put("index", d.index())
                .put("recorded", d.recorded()).put("replayed", d.replayed()).put("reason", d.reason()));
        ArrayNode cancelled = event.putArray("cancelled_evaluations");
        proof.cancelled().forEach(cancelled::add);
        String given = proof.cancelled().isEmpty() ? "" : "; saved before its evaluation, which was cancelled: step "
                + proof.cancelled().stream().map(String::valueOf).collect(Collectors.joining(", "));
        screen.print((proof.isIdentical() ? "identical" : "not identical") + given);
        screen.emit(event);
        return proof.isIdentical() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static OptionalLong checkpointBefore(RunStep at) throws IOException {
        try (DirectoryStore store = at.run().store()) {
            SortedSet<Long> earlier = store.steps().headSet(at.step());
            return earlier.isEmpty() ? OptionalLong.empty() : OptionalLong.of(earlier.last());
        }
    }

    private List<Verification> all(Screen screen, StoredRun run, DirectoryStore store, RunCheck check)
            throws IOException {
        int expected = store.steps().size();
        List<Verification> results = new ArrayList<>();
        try (Meter meter = Meter.of(session.host(), screen, "verify", "checkpoints", 0, expected)) {
            Verification.each(store, check, result -> {
                results.add(result);
                report(screen, run, result, isRecorded(store, result, check));
                meter.at(results.size(), () -> "step " + result.step());
            });
        }
        return results;
    }

    private static List<Verification> one(Screen screen, RunStep at, DirectoryStore store, RunCheck check)
            throws IOException {
        Verification result = Verification.of(store, at.step(), check);
        report(screen, at.run(), result, isRecorded(store, result, check));
        return List.of(result);
    }

    private static boolean isRecorded(DirectoryStore store, Verification result, RunCheck check) {
        try {
            return check.digest(result.step(), store.header(result.step()).facts()).isPresent();
        } catch (IOException damagedOrGone) {
            return false;
        }
    }

    private static void report(Screen screen, StoredRun run, Verification result, boolean isRecorded) {
        String file = Path.of(result.file()).getFileName().toString();
        ObjectNode event = Screen.event("verified").put("run", run.name()).put("step", result.step()).put("file", file)
                .put("sound", result.isSound()).put("recorded", isRecorded);
        result.header().ifPresent(header -> event.put("digest", header.digest()).put("format", header.version()));
        result.problem().ifPresentOrElse(problem -> {
            screen.print(file + "  NOT SOUND" + System.lineSeparator() + indented(Failure.of(problem).message()));
            if (problem instanceof CheckpointException e) {
                event.put("where", e.where()).put("offset", e.offset());
            }
            event.put("message", Failure.of(problem).message());
        }, () -> screen.print(file + "  sound  " + Format.brief(result.digest().orElse(""))
                + (isRecorded ? "" : "  (not in the journal)")
                + result.header().filter(Header::isEarlier).map(header -> "  (format version " + header.version() + ")").orElse("")));
        screen.emit(event);
    }

    private static String indented(String message) {
        return message.lines().map(line -> "    " + line).reduce((a, b) -> a + System.lineSeparator() + b).orElse("");
    }
}
