package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.data.source.DataFolders;
import cairn.disk.MemoryDisk;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.History;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.checkpoint.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Example;

/** The checkpoint from which the newest session went on that trained: whatever commands come after it, pruning keeps it. */
class ResumedFromTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final Path PATH = Path.of("/disk/runs/small");
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 30, classes: 3, batch-size: 10, validation: 6, test: 6}
            model: [dense: {units: 3}]
            optimizer: {rule: sgd, learning-rate: 0.05}
            evaluate: {every: 50}
            """, "small");

    /** A session that trained: from which step, and how far what it made still belongs to the run. */
    private record Session(OptionalLong from, long to) {
    }

    /** One command; its number is a count of steps, or a step in thousandths of those that there are. */
    private record Command(String name, int number) {
        @Override
        public String toString() {
            return name + " " + number;
        }
    }

    private static final class Model {
        private final Workspace workspace = new Workspace(new MemoryDisk(true), DataFolders.of(), CLOCKS);
        private final List<Session> sessions = new ArrayList<>();
        private long newest;
        private boolean exists;

        void run(Command command) throws IOException {
            long step = newest * command.number() / 1000;
            switch (command.name()) {
                case "train" -> train(command.number() % 5);
                case "goto" -> goTo(step);
                case "rollback" -> rollBack(step);
                default -> prune();
            }
            if (exists) {
                assertThat(History.of(workspace.disk(), PATH).resumedFrom()).isEqualTo(expected());
            }
        }

        private OptionalLong expected() {
            return sessions.isEmpty() ? OptionalLong.empty() : sessions.get(sessions.size() - 1).from();
        }

        private void train(int steps) throws IOException {
            try (Run run = exists ? Run.resume(PATH, workspace, ResumeOptions.standard()) : Run.create(PATH, RECIPE, workspace)) {
                assertThat(run.trainer().position().step()).isEqualTo(newest);
                run.train(TrainOptions.until(newest + steps).save("3").keep("all"));
            }
            if (steps > 0) {
                // The first session of all began the run, even if it was stopped before its first step and resumed.
                sessions.add(new Session(exists ? OptionalLong.of(newest) : OptionalLong.empty(), newest + steps));
            }
            exists = true;
            newest += steps;
        }

        private void goTo(long step) throws IOException {
            if (exists) {
                try (RunReplay replay = RunReplay.writing(PATH, workspace)) {
                    replay.goTo(step, ReplayListener.NONE);
                    replay.keep();
                }
            }
        }

        private void rollBack(long step) throws IOException {
            if (exists) {
                try (RunReplay replay = RunReplay.writing(PATH, workspace)) {
                    replay.rollbackTo(step, ReplayListener.NONE);
                }
                sessions.removeIf(s -> s.from().orElse(0) >= step);
                newest = step;
            }
        }

        private void prune() throws IOException {
            if (!exists) {
                return;
            }
            try (DirectoryStore store = DirectoryStore.writing(PATH, workspace.disk())) {
                SortedSet<Long> before = new TreeSet<>(store.steps());
                RetentionPolicy policy = RetentionPolicy.parse("last:1", RECIPE.evaluate().ranking());
                OptionalLong from = History.of(workspace.disk(), PATH).resumedFrom();
                store.prune(from.isPresent() ? policy.protecting(from.getAsLong()) : policy);
                assertThat(store.steps()).contains(newest);
                if (expected().isPresent() && before.contains(expected().getAsLong())) {
                    assertThat(store.steps()).as("the newest session went on from it").contains(expected().getAsLong());
                }
            }
        }
    }

    @Property(tries = 30)
    void pruningKeepsWhatTheNewestSessionWentOnFrom(@ForAll("scripts") List<Command> script) throws IOException {
        Model model = new Model();
        for (Command command : script) {
            model.run(command);
        }
    }

    @Provide
    Arbitrary<List<Command>> scripts() {
        return Combinators.combine(Arbitraries.of("train", "train", "train", "goto", "goto", "rollback", "prune"),
                Arbitraries.integers().between(0, 1000)).as(Command::new).list().ofMinSize(4).ofMaxSize(14);
    }

    @Example
    void aStepThatWasGoneToForgetsNothing() throws IOException {
        Model model = new Model();
        for (Command command : List.of(new Command("train", 4), new Command("train", 4), new Command("goto", 800), new Command("prune", 0),
                new Command("rollback", 900), new Command("prune", 0))) {
            model.run(command);
        }
        assertThat(model.expected()).hasValue(4);
    }
}
