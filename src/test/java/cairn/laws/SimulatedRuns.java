package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.source.DataFolders;
import cairn.disk.Machine;
import cairn.journal.RecordedSeries;
import cairn.replay.ReplayListener;
import cairn.replay.ReplayPath;
import cairn.replay.RunReplay;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.History;
import cairn.run.ResumeGrade;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.state.State;
import cairn.transfer.StateFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** Runs on a simulated machine that can crash. After each command of a script, everything is compared with uninterrupted trainings. */
final class SimulatedRuns implements AutoCloseable {
    private static final int MOST_RUNS = 6;
    private static final int SAMPLES = 2;
    private static final String NOTES = "notes.txt";

    private static final ReplayListener NONE = ReplayListener.NONE;
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);

    /** A run, and the checkpoints that must be stored in its folder. */
    private static final class SimulatedRun {
        private final Path path;
        private final StraightRun straight;
        private final boolean isChild;
        private NavigableMap<Long, CheckpointInfo> stored = new TreeMap<>();
        private SortedSet<Long> pins = new TreeSet<>();
        private boolean hasNotes;

        SimulatedRun(Path path, StraightRun straight, boolean isChild) {
            this.path = path;
            this.straight = straight;
            this.isChild = isChild;
        }

        Ranking ranking() {
            return straight.recipe().evaluate().ranking();
        }

        void on(Event event) {
            if (event instanceof Event.Saved e) {
                stored.put(e.checkpoint().step(), e.checkpoint());
            } else if (event instanceof Event.Pruned e) {
                drop(e.dropped());
            }
        }

        void drop(List<CheckpointInfo> dropped) {
            long best = ranking().best(List.copyOf(stored.values())).map(CheckpointInfo::step).orElse(-1L);
            for (CheckpointInfo each : dropped) {
                assertThat(stored).as("dropped").containsKey(each.step());
                assertThat(pins).as("dropped, although it is pinned").doesNotContain(each.step());
                assertThat(each.step()).as("dropped, although it is the newest").isNotEqualTo(stored.lastKey());
                assertThat(each.step()).as("dropped, although it is the best").isNotEqualTo(best);
            }
            dropped.forEach(each -> stored.remove(each.step()));
        }
    }

    private final Path root;
    private final Machine machine;
    private final Random random;
    private final List<SimulatedRun> runs = new ArrayList<>();
    private final Map<SimulatedRun, Run> sessions = new LinkedHashMap<>();
    private SimulatedRun current;
    private int branches;

    /** The run into which the command writes, if there is one. */
    private Optional<SimulatedRun> written = Optional.empty();
    private boolean mayDelete;
    private boolean wasPowerLost;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    SimulatedRuns(Path root, StraightRun straight, boolean renameReplaces, int seed) {
        this.root = root;
        this.machine = new Machine(renameReplaces);
        this.random = new Random(seed);
        current = new SimulatedRun(root.resolve("run"), straight, false);
        runs.add(current);
    }

    /** The counts of commands and comparisons, by label. */
    Map<String, Long> counts() {
        return counts;
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** Runs a command, and checks everything. */
    void execute(Command command) throws IOException {
        written = Optional.empty();
        mayDelete = false;
        wasPowerLost = false;
        Map<Path, ByteBuffer> before = machine.files();
        command.run(this);
        count("commands, with a check of everything after each");
        checkOtherFiles(before);
        checkStored();
        for (Map.Entry<SimulatedRun, Run> session : sessions.entrySet()) {
            long step = session.getValue().trainer().position().step();
            count("states in memory compared with the uninterrupted training");
            assertThat(session.getValue().trainer().snapshot().digest())
                    .as("%s in memory, at step %d", session.getKey().path.getFileName(), step)
                    .isEqualTo(session.getKey().straight.digest(step));
        }
        Map<Path, ByteBuffer> now = machine.files();
        for (int i = 0; i < SAMPLES; i++) {
            SimulatedRun simulated = runs.get(random.nextInt(runs.size()));
            if (exists(simulated)) {
                reach(simulated, oldest(simulated) + random.nextInt((int) (newest(simulated) - oldest(simulated)) + 1));
            }
        }
        assertThat(machine.files()).as("reaching a step writes nothing").isEqualTo(now);
    }

    // --- commands

    /** The current run, open for training: its session, or a resume from the newest checkpoint, or a new run. */
    Run session() throws IOException {
        written = Optional.of(current);
        Run run = sessions.get(current);
        if (run == null) {
            boolean isNew = !exists(current);
            run = isNew ? Run.create(current.path, current.straight.recipe(), workspace())
                    : Run.resume(current.path, workspace(), ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT)
                    .onDamaged(damaged -> {
                        if (machine.hasCrashed()) {
                            // The process is dead, so nothing can be read any more.
                            throw new java.io.UncheckedIOException(damaged);
                        }
                        throw new AssertionError("damaged", damaged);
                    }));
            sessions.put(current, run);
            assertThat(run.trainer().position().step()).as("resumed at").isEqualTo(current.stored.isEmpty() ? 0 : current.stored.lastKey());
            if (!current.hasNotes) {
                writeNotes();
            }
        }
        return run;
    }

    void train(int steps, String save, String keep) throws IOException {
        mayDelete = true;
        Run run = session();
        SimulatedRun simulated = current;
        long until = Math.min(run.trainer().position().step() + steps, simulated.straight.last());
        run.train(TrainOptions.until(until).save(save).keep(keep).observers(simulated::on));
        assertThat(run.trainer().position().step()).isEqualTo(until);
        assertThat(simulated.stored).as("saved at the end").containsKey(until);
        assertThat(newest(simulated)).isGreaterThanOrEqualTo(until);
    }

    void rollback(int requested) throws IOException {
        if (!exists(current)) {
            return;
        }
        written = Optional.of(current);
        long step = within(current, requested);
        Optional<Path> path;
        close(current);
        try (RunReplay replay = RunReplay.writing(current.path, workspace())) {
            path = replay.rollbackTo(step, NONE);
        }
        count("rollbacks done");
        NavigableMap<Long, CheckpointInfo> later = current.stored.tailMap(step, false);
        assertThat(path.isPresent()).as("there was a later checkpoint").isEqualTo(!later.isEmpty());
        addSplitOffRuns();
        if (path.isPresent()) {
            SimulatedRun splitOff = runs.stream().filter(p -> p.path.equals(path.get())).findFirst().orElseThrow();
            splitOff.stored = new TreeMap<>(later);
            splitOff.stored.put(step, info(current, step));
            splitOff.pins = new TreeSet<>(current.pins.tailSet(step + 1));
            splitOff.pins.add(step);
        }
        current.stored = new TreeMap<>(current.stored.headMap(step, true));
        current.stored.put(step, info(current, step));
        current.pins = new TreeSet<>(current.pins.headSet(step + 1));
        assertThat(newest(current)).as("newest after the rollback").isEqualTo(step);
    }

    void goTo(int requested) throws IOException {
        if (!exists(current)) {
            return;
        }
        close(current);
        written = Optional.of(current);
        long step = within(current, requested);
        try (RunReplay replay = RunReplay.writing(current.path, workspace())) {
            replay.goTo(step, NONE);
            CheckpointInfo info = replay.keep();
            current.stored.putIfAbsent(step, info);
        }
    }

    void reach(int requested) throws IOException {
        if (exists(current)) {
            reach(current, within(current, requested));
        }
    }

    void branch(int requested, String change) throws IOException {
        if (!exists(current) || runs.size() >= MOST_RUNS) {
            return;
        }
        long step = within(current, requested);
        Checkpoint from;
        try (RunReplay replay = RunReplay.reading(current.path, workspace())) {
            replay.goTo(step, NONE);
            from = replay.checkpoint();
        }
        Branch branch = new Branch(current.path, current.straight.recipe(), from, current.straight.recipe(), StateFilter.all());
        Branch changed = change.isEmpty() ? branch : branch.with(change);
        SimulatedRun simulated = new SimulatedRun(root.resolve("branch-" + ++branches), current.straight.branch(step, changed.recipe()),
                true);
        written = Optional.of(simulated);
        Run started = changed.into(simulated.path, workspace());
        count("branches made");
        sessions.put(simulated, started);
        runs.add(simulated);
        current = simulated;
        simulated.stored.put(step, info(simulated, step));
        simulated.pins.add(step);
        writeNotes();
    }

    void use(int run) {
        current = runs.get(run % runs.size());
    }

    void pin(int requested, boolean isPinned) throws IOException {
        if (!exists(current) || current.stored.isEmpty()) {
            return;
        }
        close(current);
        written = Optional.of(current);
        long step = Optional.ofNullable(current.stored.floorKey((long) requested)).orElse(current.stored.firstKey());
        try (CheckpointStore store = DirectoryStore.writing(current.path, machine.disk())) {
            store.pin(step, isPinned);
        }
        if (isPinned) {
            current.pins.add(step);
        } else {
            current.pins.remove(step);
        }
    }

    void prune(String keep) throws IOException {
        if (!exists(current)) {
            return;
        }
        close(current);
        written = Optional.of(current);
        mayDelete = true;
        RetentionPolicy policy = RetentionPolicy.parse(keep, current.ranking());
        var resumedFrom = History.of(machine.disk(), current.path).resumedFrom();
        try (CheckpointStore store = DirectoryStore.writing(current.path, machine.disk())) {
            current.drop(store.prune(resumedFrom.isPresent() ? policy.protecting(resumedFrom.getAsLong()) : policy));
        }
    }

    void kill(boolean isPowerFailure, int seed) throws IOException {
        wasPowerLost = isPowerFailure;
        machine.crashAt(1);
        for (Run run : sessions.values()) {
            try {
                run.close();
            } catch (IOException dead) {
                // Everything in memory is lost.
            }
        }
        sessions.clear();
        count(isPowerFailure ? "power failures" : "ends of the process");
        if (isPowerFailure) {
            machine.restartAfterPowerFailure(new Random(seed));
        } else {
            machine.restart();
        }
    }

    void interrupt(Command what, int operation, Command.Kill kill) throws IOException {
        Map<SimulatedRun, NavigableMap<Long, CheckpointInfo>> before = new LinkedHashMap<>();
        runs.forEach(p -> before.put(p, new TreeMap<>(p.stored)));
        int runsBefore = runs.size();
        machine.crashAt(operation);
        try {
            what.run(this);
        } catch (IOException | RuntimeException e) {
            if (!machine.hasCrashed()) {
                throw e;
            }
            count("of them during a command");
        }
        kill(kill.isPowerFailure(), kill.seed());
        written.ifPresent(p -> {
            if (runs.size() == runsBefore && !before.containsKey(p)) {
                runs.add(p);
            }
        });
        runs.removeIf(p -> p.isChild && !exists(p));
        current = runs.contains(current) ? current : runs.get(0);
        addSplitOffRuns();
        if (written.isPresent() && exists(written.get())) {
            checkAfterCrash(written.get());
        }
    }

    /**
     * After a command on this run was interrupted: checks that every checkpoint that must be stored is there, in this run or in one that
     * was split off. From now on, the stored checkpoints are those that must be there.
     */
    private void checkAfterCrash(SimulatedRun simulated) throws IOException {
        List<SimulatedRun> own = runs.stream()
                .filter(r -> r == simulated || r.path.toString().startsWith(simulated.path + ".before-rollback-")).toList();
        NavigableMap<Long, CheckpointInfo> found = new TreeMap<>();
        for (SimulatedRun each : own) {
            infos(each).forEach(info -> found.put(info.step(), info));
        }
        if (!simulated.stored.isEmpty()) {
            // A newer one may be there that the dead process could not report any more, and then the one before may be gone.
            assertThat(found.isEmpty() ? -1 : found.lastKey()).as("the newest is still there, or a newer one")
                    .isGreaterThanOrEqualTo(simulated.stored.lastKey());
            Optional<CheckpointInfo> best = simulated.ranking().best(List.copyOf(simulated.stored.values()));
            if (best.isPresent() && !found.containsKey(best.get().step())) {
                List<CheckpointInfo> all = new ArrayList<>(found.values());
                all.add(best.get());
                assertThat(simulated.ranking().best(all).map(CheckpointInfo::step)).as("there is a better one")
                        .isNotEqualTo(Optional.of(best.get().step()));
            }
            if (!mayDelete) {
                assertThat(found.keySet()).as("stored before").containsAll(simulated.stored.keySet());
            }
        }
        for (SimulatedRun each : own) {
            each.stored = new TreeMap<>();
            each.pins = new TreeSet<>();
            for (CheckpointInfo info : infos(each)) {
                each.stored.put(info.step(), info);
                if (info.pinned()) {
                    each.pins.add(info.step());
                }
            }
        }
    }

    // --- checks

    private void checkStored() throws IOException {
        for (SimulatedRun simulated : runs) {
            if (!exists(simulated)) {
                continue;
            }
            String name = simulated.path.getFileName().toString();
            try (DirectoryStore store = DirectoryStore.reading(simulated.path, machine.disk())) {
                CheckpointStore.Listing listing = store.listing();
                assertThat(listing.unreadable()).as(name).isEmpty();
                assertThat(listing.checkpoints()).as("stored in %s", name).extracting(CheckpointInfo::step)
                        .containsExactlyElementsOf(simulated.stored.keySet());
                assertThat(listing.checkpoints()).as("pinned in %s", name).filteredOn(CheckpointInfo::pinned)
                        .extracting(CheckpointInfo::step)
                        .containsExactlyElementsOf(simulated.pins);
                for (long step : store.steps()) {
                    count("stored checkpoints read completely and compared with the uninterrupted training");
                    assertThat(store.verify(step).state().digest()).as("%s@%d, stored", name, step)
                            .isEqualTo(simulated.straight.digest(step));
                }
            }
        }
    }

    private void reach(SimulatedRun simulated, long step) throws IOException {
        try (RunReplay replay = RunReplay.reading(simulated.path, workspace())) {
            ReplayPath path = replay.goTo(step, NONE);
            assertThat(path.from()).as("the nearest").isEqualTo(Optional.ofNullable(simulated.stored.floorKey(step)).orElse(0L));
            count(path.replayed() == 0 ? "stored steps reached" : "steps reached by training again");
            State state = replay.trainer().snapshot();
            assertThat(state.digest()).as("%s@%d, reached by %s", simulated.path.getFileName(), step, path)
                    .isEqualTo(simulated.straight.digest(step));
        }
    }

    private void checkOtherFiles(Map<Path, ByteBuffer> before) throws IOException {
        Map<Path, ByteBuffer> after = machine.files();
        before.forEach((file, bytes) -> {
            boolean isWritten = written.isPresent() && file.getParent().equals(written.get().path);
            boolean isJournal = file.getFileName().toString().equals(RunFiles.JOURNAL);
            if (isJournal && (isWritten || wasPowerLost)) {
                return;
            }
            if (!isWritten || file.getFileName().toString().matches("notes.txt|recipe.yaml")
                    || after.containsKey(file) && file.getFileName().toString().endsWith(".safetensors")) {
                assertThat(after.get(file)).as("%s, which the command must not change", root.relativize(file)).isEqualTo(bytes);
            }
        });
    }

    // --- runs

    /** Adds the runs that rollbacks have split off. */
    private void addSplitOffRuns() {
        for (SimulatedRun simulated : List.copyOf(runs)) {
            for (int n = 1; ; n++) {
                Path path = simulated.path.resolveSibling(simulated.path.getFileName() + ".before-rollback-" + n);
                if (!exists(path)) {
                    break;
                }
                if (exists(path.resolve(RunFiles.RECIPE)) && runs.stream().noneMatch(p -> p.path.equals(path))) {
                    runs.add(new SimulatedRun(path, simulated.straight, true));
                }
            }
        }
    }

    private Workspace workspace() {
        return new Workspace(machine.disk(), DataFolders.standard(), CLOCKS);
    }

    private boolean exists(SimulatedRun simulated) {
        return exists(simulated.path.resolve(RunFiles.RECIPE));
    }

    private boolean exists(Path path) {
        try {
            return machine.disk().exists(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<CheckpointInfo> infos(SimulatedRun simulated) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(simulated.path, machine.disk())) {
            return store.list();
        }
    }

    private CheckpointInfo info(SimulatedRun simulated, long step) throws IOException {
        return infos(simulated).stream().filter(c -> c.step() == step).findFirst().orElseThrow(() -> new AssertionError("no step " + step));
    }

    private void writeNotes() throws IOException {
        RunFolder.read(current.path, machine.disk()).close();
        Path file = current.path.resolve(NOTES);
        if (!machine.disk().exists(file)) {
            try (var output = machine.disk().create(file)) {
                output.write(StandardCharsets.UTF_8.encode("mine"));
                output.force();
            }
            machine.disk().forceFolder(current.path);
        }
        current.hasNotes = true;
    }

    private long within(SimulatedRun simulated, long requested) throws IOException {
        return Math.max(oldest(simulated), Math.min(requested, newest(simulated)));
    }

    private long oldest(SimulatedRun simulated) {
        return simulated.isChild ? simulated.stored.firstKey() : 0;
    }

    private long newest(SimulatedRun simulated) throws IOException {
        long known = RecordedSeries.read(machine.disk(), simulated.path.resolve(RunFiles.JOURNAL), series -> false, 0, 0).lastStep();
        return Math.max(simulated.stored.isEmpty() ? 0 : simulated.stored.lastKey(), Math.max(0, known));
    }

    private void close(SimulatedRun simulated) throws IOException {
        Run run = sessions.remove(simulated);
        if (run != null) {
            run.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (SimulatedRun simulated : List.copyOf(sessions.keySet())) {
            close(simulated);
        }
    }
}
