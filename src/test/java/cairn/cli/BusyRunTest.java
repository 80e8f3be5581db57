package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read {@code @latest} and {@code @best} of a run in which another thread stores and deletes as fast as it can. */
class BusyRunTest {
    private static final int LOOKS = 40;

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void train() {
        assertThat(cairn("train", "iris", "--steps", "12", "--save-every", "1ep", "--keep", "last:1").exit()).isZero();
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    @Test
    void theyGoBackToTheListingWhenACheckpointIsDeleted() throws IOException, InterruptedException {
        AtomicBoolean isEnough = new AtomicBoolean();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread trainer = new Thread(() -> {
            try (DirectoryStore store = DirectoryStore.writing(temporary.resolve("iris"), new RealDisk())) {
                Checkpoint first = store.readNewest(e -> { }).orElseThrow();
                for (long step : List.copyOf(store.steps())) {
                    if (step != first.step()) {
                        store.delete(step);
                    }
                }
                for (long step = first.step() + 1; !isEnough.get(); step++) {
                    store.commit(new Checkpoint(step, first.state(), first.facts(), first.metrics()));
                    store.delete(step - 1);
                }
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        });
        trainer.start();
        try {
            for (int i = 0; i < LOOKS; i++) {
                String at = i % 2 == 0 ? "iris" : "iris@best";
                for (String[] command : List.of(new String[] {"show", at}, new String[] {"diff", at, "iris@latest"},
                        new String[] {"export", at, temporary.resolve("weights-" + i + ".npz").toString()}, new String[] {"evaluate", at})) {
                    if (i % 8 > 0 && command[0].equals("evaluate")) {
                        continue;
                    }
                    Cairn.Result result = cairn(command);
                    assertThat(result.exit()).as(List.of(command) + ": " + result.err()).isZero();
                    assertThat(result.err()).doesNotContain("replaying");
                }
            }
        } finally {
            isEnough.set(true);
            trainer.join();
        }
        assertThat(failure.get()).isNull();
    }
}
