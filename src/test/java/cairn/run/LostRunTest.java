package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.data.source.DataFolders;
import cairn.disk.FileLostException;
import cairn.disk.FolderLostException;
import cairn.disk.RealDisk;
import cairn.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs whose folder, or journal, another program moves, deletes or replaces while they train. */
@DisabledOnOs(OS.WINDOWS)
class LostRunTest {
    private static final Clocks CLOCKS = new Clocks(() -> 1_700_000_000_000L, System::nanoTime);
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 11, validation: 10, test: 10}
            model: [dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            """, "small");

    @TempDir
    private Path root;

    private interface Meddling {
        void happen() throws IOException;
    }

    private Path path() {
        return root.resolve("a");
    }

    private static Run create(Path path, Recipe recipe) throws IOException {
        return Run.create(path, recipe, Workspace.of(DataFolders.of(), CLOCKS));
    }

    private static Run resume(Path path) throws IOException {
        return Run.resume(path, Workspace.of(DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT).onDamaged(d -> { throw new AssertionError(d); }));
    }

    /** Trains 20 steps, saving each; {@code meddling} happens when step 8 has been made. */
    private static void train(Run run, OnSaveError onError, Meddling meddling) throws IOException {
        run.train(TrainOptions.until(20).save("1").keep("last:2").onSaveError(onError).observers(event -> {
            if (event instanceof Event.Stepped && event.position().step() == 8) {
                try {
                    meddling.happen();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }));
    }

    private static String digest(Path path, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(path, new RealDisk())) {
            return store.verify(step).state().digest();
        }
    }

    /** The other run is trained to its end in the meantime. It ends as it would have alone, and so does the first, in its own folder. */
    @ParameterizedTest
    @EnumSource(OnSaveError.class)
    void aRunWhoseFolderWasTakenByAnotherStopsAndBothEndAsTheyWouldHaveAlone(OnSaveError onError) throws IOException {
        Recipe other = RECIPE.with(List.of("seed=7"));
        List<Path> alone = List.of(root.resolve("first"), root.resolve("second"));
        for (int i = 0; i < 2; i++) {
            try (Run run = create(alone.get(i), i == 0 ? RECIPE : other)) {
                train(run, onError, () -> { });
            }
        }
        assertThatThrownBy(() -> {
            try (Run run = create(path(), RECIPE)) {
                train(run, onError, () -> {
                    Files.move(path(), root.resolve("moved"));
                    try (Run second = create(path(), other)) {
                        train(second, onError, () -> { });
                    }
                });
            }
        }).isInstanceOf(FolderLostException.class).hasMessageContainingAll(path().toString(), "changed nothing", "go on from there");
        assertThat(digest(path(), 20)).isEqualTo(digest(alone.get(1), 20));
        try (Run run = resume(root.resolve("moved"))) {
            assertThat(run.trainer().position().step()).isBetween(4L, 8L);
            train(run, onError, () -> { });
        }
        assertThat(digest(root.resolve("moved"), 20)).isEqualTo(digest(alone.get(0), 20));
    }

    /** A second resume gets in, and the first one stops at its next save. */
    @Test
    void aRunWhoseLockWasDeletedStopsAndLeavesTheFolderToTheOther() throws IOException {
        assertThatThrownBy(() -> {
            try (Run run = create(path(), RECIPE)) {
                train(run, OnSaveError.CONTINUE, () -> {
                    Files.delete(path().resolve("lock"));
                    try (Run second = resume(path())) {
                        train(second, OnSaveError.CONTINUE, () -> { });
                    }
                });
            }
        }).isInstanceOf(FolderLostException.class).hasMessageContaining("lock");
        List<Long> steps = new ArrayList<>(History.recorded(new RealDisk(), path(), Series.LOSS::equals, 0, 20)
                .values(Series.LOSS).keySet());
        assertThat(steps).isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "moved", "replaced"})
    void aJournalThatIsGoneIsToldAndNothingIsLost(String how) throws IOException {
        Path journal = path().resolve("journal.csv");
        assertThatThrownBy(() -> {
            try (Run run = create(path(), RECIPE)) {
                train(run, OnSaveError.STOP, () -> {
                    if (how.equals("replaced")) {
                        Files.copy(journal, root.resolve("edited.csv"));
                        Files.move(root.resolve("edited.csv"), journal, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                    } else {
                        Files.move(journal, how.equals("moved") ? path().resolve("old.csv") : root.resolve("deleted.csv"));
                    }
                });
            }
        }).isInstanceOf(IOException.class).hasCauseInstanceOf(FileLostException.class).hasMessageContainingAll(journal.toString(),
                "the state of step ", " is saved", "moved, deleted or replaced", "what was saved before is safe", "leave it alone");
        try (Run run = resume(path())) {
            assertThat(run.trainer().position().step()).isBetween(4L, 8L);
            train(run, OnSaveError.STOP, () -> { });
        }
        try (Run run = create(root.resolve("alone"), RECIPE)) {
            train(run, OnSaveError.STOP, () -> { });
        }
        assertThat(digest(path(), 20)).isEqualTo(digest(root.resolve("alone"), 20));
    }
}
