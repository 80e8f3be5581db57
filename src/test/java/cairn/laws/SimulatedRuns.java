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

/** Runs on a machine that crashes, to which the commands of a script are done; after each, everything is compared with straight runs. */
final class SimulatedRuns implements AutoCloseable {
    private static final int MOST_RUNS = 6;
    private static final int LOOKS = 2;
    private static final String NOTES = "notes.txt";
    private static final String RECIPE = "recipe.yaml";
    private static final String JOURNAL = "journal.csv";
    private static final ReplayListener NOBODY = new ReplayListener() { };
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);

    /** A run, and what must be stored in its folder. */
    private static final class Place {
        private final Path path;
        private final StraightRun straight;
        private final boolean isChild;
        private NavigableMap<Long, CheckpointInfo> stored = new TreeMap<>();
        private SortedSet<Long> pins = new TreeSet<>();
        private boolean hasNotes;

        Place(Path path, StraightRun straight, boolean isChild) {
            this.path = path;
            this.straight = straight;
            this.isChild = isChild;
        }

        Ranking ranking() {
            return straight.recipe().evaluate().ranking();
        }

        void hear(Event event) {
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
                assertThat(pins).as("pinned, and never dropped").doesNotContain(each.step());
                assertThat(each.step()).as("dropped, and not the newest").isNotEqualTo(stored.lastKey());
                assertThat(each.step()).as("dropped, and not the best").isNotEqualTo(best);
            }
            dropped.forEach(each -> stored.remove(each.step()));
        }
    }

    private final Path root;
    private final Machine machine;
    private final Random chance;
    private final List<Place> places = new ArrayList<>();
    private final Map<Place, Run> sessions = new LinkedHashMap<>();
    private Place here;
    private int branches;

    /** The run that the command writes into, if any. */
    private Optional<Place> written = Optional.empty();
    private boolean mayDelete;
    private boolean wasPowerLost;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    SimulatedRuns(Path root, StraightRun straight, boolean renameReplaces, int chance) {
        this.root = root;
        this.machine = new Machine(renameReplaces);
        this.chance = new Random(chance);
        here = new Place(root.resolve("run"), straight, false);
        places.add(here);
    }

    /** How much was done and compared, by label. */
    Map<String, Long> counts() {
        return counts;
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** Does a command, and looks at everything. */
    void execute(Command command) throws IOException {
        written = Optional.empty();
        mayDelete = false;
        wasPowerLost = false;
        Map<Path, ByteBuffer> before = machine.files();
        command.in(this);
        count("commands, after each of which everything was looked at");
        nothingElseIsTouched(before);
        everythingStoredIsRight();
        for (Map.Entry<Place, Run> session : sessions.entrySet()) {
            long step = session.getValue().trainer().position().step();
            count("states in memory compared with the straight run");
            assertThat(session.getValue().trainer().snapshot().digest()).as("%s in memory, at step %d", session.getKey().path.getFileName(), step)
                    .isEqualTo(session.getKey().straight.digest(step));
        }
        Map<Path, ByteBuffer> now = machine.files();
        for (int i = 0; i < LOOKS; i++) {
            Place place = places.get(chance.nextInt(places.size()));
            if (isMade(place)) {
                reach(place, oldest(place) + chance.nextInt((int) (newest(place) - oldest(place)) + 1));
            }
        }
        assertThat(machine.files()).as("looking writes nothing").isEqualTo(now);
    }

    // --- commands

    /** The run in use, open to be trained: the session that there is, or one that goes on from the newest checkpoint, or a new run. */
    Run session() throws IOException {
        written = Optional.of(here);
        Run run = sessions.get(here);
        if (run == null) {
            boolean isNew = !isMade(here);
            run = isNew ? Run.create(here.path, here.straight.recipe(), new Workspace(machine.disk(), DataFolders.standard(), CLOCKS))
                    : Run.resume(here.path, new Workspace(machine.disk(), DataFolders.standard(), CLOCKS), ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT).onDamaged(damaged -> {
                        throw new AssertionError("damaged", damaged);
                    }));
            sessions.put(here, run);
            assertThat(run.trainer().position().step()).as("resumed at").isEqualTo(here.stored.isEmpty() ? 0 : here.stored.lastKey());
            if (!here.hasNotes) {
                writeNotes();
            }
        }
        return run;
    }

    void train(int steps, String save, String keep) throws IOException {
        mayDelete = true;
        Run run = session();
        Place place = here;
        long until = Math.min(run.trainer().position().step() + steps, place.straight.last());
        run.train(TrainOptions.until(until).save(save).keep(keep).observers(place::hear));
        assertThat(run.trainer().position().step()).isEqualTo(until);
        assertThat(place.stored).as("saved at the end").containsKey(until);
        assertThat(newest(place)).isGreaterThanOrEqualTo(until);
    }

    void rollback(int asked) throws IOException {
        if (!isMade(here)) {
            return;
        }
        written = Optional.of(here);
        long step = within(here, asked);
        Optional<Path> path;
        close(here);
        try (RunReplay playback = RunReplay.writing(here.path, new Workspace(machine.disk(), DataFolders.standard(), CLOCKS))) {
            path = playback.rollbackTo(step, NOBODY);
        }
        count("rollbacks done");
        NavigableMap<Long, CheckpointInfo> later = here.stored.tailMap(step, false);
        assertThat(path.isPresent()).as("something was later").isEqualTo(!later.isEmpty());
        discover();
        if (path.isPresent()) {
            Place aside = places.stream().filter(p -> p.path.equals(path.get())).findFirst().orElseThrow();
            aside.stored = new TreeMap<>(later);
            aside.stored.put(step, info(here, step));
            aside.pins = new TreeSet<>(here.pins.tailSet(step + 1));
            aside.pins.add(step);
        }
        here.stored = new TreeMap<>(here.stored.headMap(step, true));
        here.stored.put(step, info(here, step));
        here.pins = new TreeSet<>(here.pins.headSet(step + 1));
        assertThat(newest(here)).as("newest after the rollback").isEqualTo(step);
    }

    void goTo(int asked) throws IOException {
        if (!isMade(here)) {
            return;
        }
        close(here);
        written = Optional.of(here);
        long step = within(here, asked);
        try (RunReplay playback = RunReplay.writing(here.path, new Workspace(machine.disk(), DataFolders.standard(), CLOCKS))) {
            playback.goTo(step, NOBODY);
            CheckpointInfo info = playback.keep();
            here.stored.putIfAbsent(step, info);
        }
    }

    void look(int asked) throws IOException {
        if (isMade(here)) {
            reach(here, within(here, asked));
        }
    }

    void branch(int asked, String change) throws IOException {
        if (!isMade(here) || places.size() >= MOST_RUNS) {
            return;
        }
        long step = within(here, asked);
        Checkpoint from;
        try (RunReplay playback = RunReplay.reading(here.path, new Workspace(machine.disk(), DataFolders.standard(), CLOCKS))) {
            playback.goTo(step, NOBODY);
            from = playback.checkpoint();
        }
        Branch branch = new Branch(here.path, here.straight.recipe(), from, here.straight.recipe(), StateFilter.all());
        Branch changed = change.isEmpty() ? branch : branch.with(change);
        Place place = new Place(root.resolve("branch-" + ++branches), here.straight.branch(step, changed.recipe()), true);
        written = Optional.of(place);
        Run started = changed.into(place.path, new Workspace(machine.disk(), DataFolders.standard(), CLOCKS));
        count("branches made");
        sessions.put(place, started);
        places.add(place);
        here = place;
        place.stored.put(step, info(place, step));
        place.pins.add(step);
        writeNotes();
    }

    void use(int run) {
        here = places.get(run % places.size());
    }

    void pin(int asked, boolean isPinned) throws IOException {
        if (!isMade(here) || here.stored.isEmpty()) {
            return;
        }
        close(here);
        written = Optional.of(here);
        long step = Optional.ofNullable(here.stored.floorKey((long) asked)).orElse(here.stored.firstKey());
        try (CheckpointStore store = DirectoryStore.writing(here.path, machine.disk())) {
            store.pin(step, isPinned);
        }
        if (isPinned) {
            here.pins.add(step);
        } else {
            here.pins.remove(step);
        }
    }

    void prune(String keep) throws IOException {
        if (!isMade(here)) {
            return;
        }
        close(here);
        written = Optional.of(here);
        mayDelete = true;
        RetentionPolicy policy = RetentionPolicy.parse(keep, here.ranking());
        var resumedFrom = History.of(machine.disk(), here.path).resumedFrom();
        try (CheckpointStore store = DirectoryStore.writing(here.path, machine.disk())) {
            here.drop(store.prune(resumedFrom.isPresent() ? policy.protecting(resumedFrom.getAsLong()) : policy));
        }
    }

    void kill(boolean isPowerFailure, int number) throws IOException {
        wasPowerLost = isPowerFailure;
        machine.crashAt(1);
        for (Run run : sessions.values()) {
            try {
                run.close();
            } catch (IOException dead) {
                // What it had in memory is lost.
            }
        }
        sessions.clear();
        count(isPowerFailure ? "power failures" : "ends of the process");
        if (isPowerFailure) {
            machine.restartAfterPowerFailure(new Random(number));
        } else {
            machine.restart();
        }
    }

    void interrupt(Command what, int operation, Command.Kill kill) throws IOException {
        Map<Place, NavigableMap<Long, CheckpointInfo>> before = new LinkedHashMap<>();
        places.forEach(p -> before.put(p, new TreeMap<>(p.stored)));
        int runs = places.size();
        machine.crashAt(operation);
        try {
            what.in(this);
        } catch (IOException | RuntimeException e) {
            if (!machine.hasCrashed()) {
                throw e;
            }
            count("of them in the middle of a command");
        }
        kill(kill.isPowerFailure(), kill.chance());
        written.ifPresent(p -> {
            if (places.size() == runs && !before.containsKey(p)) {
                places.add(p);
            }
        });
        places.removeIf(p -> p.isChild && !isMade(p));
        here = places.contains(here) ? here : places.get(0);
        discover();
        if (written.isPresent() && isMade(written.get())) {
            whatCountsIsStill(written.get());
        }
    }

    /** After something was interrupted in this run: what had to be stored is, here or set aside; from now on, what is. */
    private void whatCountsIsStill(Place place) throws IOException {
        NavigableMap<Long, CheckpointInfo> found = new TreeMap<>();
        SortedSet<Long> pinned = new TreeSet<>();
        for (Place each : places) {
            if (each == place || each.path.toString().startsWith(place.path + ".before-rollback-")) {
                for (CheckpointInfo info : infos(each)) {
                    found.put(info.step(), info);
                    if (info.pinned()) {
                        pinned.add(info.step());
                    }
                }
            }
        }
        if (!place.stored.isEmpty()) {
            assertThat(found.keySet()).as("the newest is still there").contains(place.stored.lastKey());
            Optional<CheckpointInfo> best = place.ranking().best(List.copyOf(place.stored.values()));
            if (best.isPresent() && !found.containsKey(best.get().step())) {
                List<CheckpointInfo> all = new ArrayList<>(found.values());
                all.add(best.get());
                assertThat(place.ranking().best(all).map(CheckpointInfo::step)).as("there is a better one").isNotEqualTo(Optional.of(best.get().step()));
            }
            if (!mayDelete) {
                assertThat(found.keySet()).as("stored before").containsAll(place.stored.keySet());
            }
        }
        for (Place each : places) {
            if (each == place || each.path.toString().startsWith(place.path + ".before-rollback-")) {
                NavigableMap<Long, CheckpointInfo> stored = new TreeMap<>();
                SortedSet<Long> pins = new TreeSet<>();
                for (CheckpointInfo info : infos(each)) {
                    stored.put(info.step(), info);
                    if (info.pinned()) {
                        pins.add(info.step());
                    }
                }
                each.stored = stored;
                each.pins = pins;
            }
        }
    }

    // --- looking

    private void everythingStoredIsRight() throws IOException {
        for (Place place : places) {
            if (!isMade(place)) {
                continue;
            }
            String name = place.path.getFileName().toString();
            try (DirectoryStore store = DirectoryStore.reading(place.path, machine.disk())) {
                CheckpointStore.Listing listing = store.listing();
                assertThat(listing.unreadable()).as(name).isEmpty();
                assertThat(listing.checkpoints()).as("stored in %s", name).extracting(CheckpointInfo::step)
                        .containsExactlyElementsOf(place.stored.keySet());
                assertThat(listing.checkpoints()).as("pinned in %s", name).filteredOn(CheckpointInfo::pinned).extracting(CheckpointInfo::step)
                        .containsExactlyElementsOf(place.pins);
                for (long step : store.steps()) {
                    count("stored checkpoints read whole and compared with the straight run");
                    assertThat(store.verify(step).state().digest()).as("%s@%d, stored", name, step).isEqualTo(place.straight.digest(step));
                }
            }
        }
    }

    private void reach(Place place, long step) throws IOException {
        try (RunReplay playback = RunReplay.reading(place.path, new Workspace(machine.disk(), DataFolders.standard(), CLOCKS))) {
            ReplayPath route = playback.goTo(step, NOBODY);
            assertThat(route.from()).as("the nearest").isEqualTo(Optional.ofNullable(place.stored.floorKey(step)).orElse(0L));
            count(route.replayed() == 0 ? "stored steps reached" : "steps reached by training again");
            State state = playback.trainer().snapshot();
            assertThat(state.digest()).as("%s@%d, reached by %s", place.path.getFileName(), step, route)
                    .isEqualTo(place.straight.digest(step));
        }
    }

    private void nothingElseIsTouched(Map<Path, ByteBuffer> before) throws IOException {
        Map<Path, ByteBuffer> after = machine.files();
        before.forEach((file, bytes) -> {
            boolean isWritten = written.isPresent() && file.getParent().equals(written.get().path);
            boolean isJournal = file.getFileName().toString().equals(JOURNAL);
            if (isJournal && (isWritten || wasPowerLost)) {
                return;
            }
            if (!isWritten || file.getFileName().toString().matches("notes.txt|recipe.yaml")
                    || after.containsKey(file) && file.getFileName().toString().endsWith(".safetensors")) {
                assertThat(after.get(file)).as("%s, which is nobody's business", root.relativize(file)).isEqualTo(bytes);
            }
        });
    }

    // --- places

    /** Takes in what rollbacks have set aside. */
    private void discover() {
        for (Place place : List.copyOf(places)) {
            for (int n = 1; ; n++) {
                Path path = place.path.resolveSibling(place.path.getFileName() + ".before-rollback-" + n);
                if (!exists(path)) {
                    break;
                }
                if (exists(path.resolve(RECIPE)) && places.stream().noneMatch(p -> p.path.equals(path))) {
                    places.add(new Place(path, place.straight, true));
                }
            }
        }
    }

    private boolean isMade(Place place) {
        return exists(place.path.resolve(RECIPE));
    }

    private boolean exists(Path path) {
        try {
            return machine.disk().exists(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<CheckpointInfo> infos(Place place) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(place.path, machine.disk())) {
            return store.list();
        }
    }

    private CheckpointInfo info(Place place, long step) throws IOException {
        return infos(place).stream().filter(c -> c.step() == step).findFirst().orElseThrow(() -> new AssertionError("no step " + step));
    }

    private void writeNotes() throws IOException {
        RunFolder.read(here.path, machine.disk()).close();
        Path file = here.path.resolve(NOTES);
        if (!machine.disk().exists(file)) {
            try (var output = machine.disk().create(file)) {
                output.write(StandardCharsets.UTF_8.encode("mine"));
                output.force();
            }
            machine.disk().forceFolder(here.path);
        }
        here.hasNotes = true;
    }

    private long within(Place place, long asked) throws IOException {
        return Math.max(oldest(place), Math.min(asked, newest(place)));
    }

    private long oldest(Place place) {
        return place.isChild ? place.stored.firstKey() : 0;
    }

    private long newest(Place place) throws IOException {
        long known = RecordedSeries.read(machine.disk(), place.path.resolve(JOURNAL), series -> false, 0, 0).lastStep();
        return Math.max(place.stored.isEmpty() ? 0 : place.stored.lastKey(), Math.max(0, known));
    }

    private void close(Place place) throws IOException {
        Run run = sessions.remove(place);
        if (run != null) {
            run.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Place place : List.copyOf(sessions.keySet())) {
            close(place);
        }
    }
}
