package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.disk.RealDisk;
import cairn.random.Key;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sufficiency across processes: no value that matters later exists only in the memory of the process that saved. */
class FreshProcessTest {
    @TempDir
    Path folder;

    private final Map<String, String> unbroken = new LinkedHashMap<>();

    private void saveEveryStepOfEverySubject() throws IOException {
        for (Subject subject : Subjects.all()) {
            try (CheckpointStore store = DirectoryStore.writing(folder.resolve(subject.name()), new RealDisk());
                    Trainer trainer = subject.fresh()) {
                unbroken.put(subject.name(), Subject.run(trainer, Subject.STEPS, "1", store, List.of()));
            }
        }
    }

    /** Resumes each task {@code subject@step} in one process, which first does {@code first}, and compares the digests. */
    private void checkResumed(List<String> first, List<String> tasks) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> words = new ArrayList<>(List.of(folder.toString()));
        words.addAll(first);
        words.addAll(tasks);
        Process child = Child.start(output, words);
        try {
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).as("the child has ended").isTrue();
        } finally {
            child.destroyForcibly();
        }
        for (String task : tasks) {
            assertThat(Child.digest(output, task)).as(task).isEqualTo(unbroken.get(task.split("@")[0]));
        }
    }

    /**
     * Two other processes, each with every training from a step that a key chooses. The second process uses the other order, and reads the
     * facts of the native library first, because ND4J 1.0.0-M1.1 multiplies with OpenBLAS only after a call that reads these facts.
     */
    @Test
    void aTrainingResumedInAnotherProcessEndsAsTheUnbrokenOne() throws IOException, InterruptedException {
        saveEveryStepOfEverySubject();
        for (int child = 0; child < 2; child++) {
            Key key = Key.of(2026).fold(child);
            List<String> tasks = new ArrayList<>(Subjects.names().stream()
                    .map(name -> name + "@" + key.fold(name).below((int) Subject.STEPS + 1, 0)).toList());
            List<String> first = List.of();
            if (child == 1) {
                Collections.reverse(tasks);
                first = List.of(Child.DESCRIBE);
            }
            checkResumed(first, tasks);
        }
    }

    /** The long form: one process for every training and every step. */
    @Test
    @Tag("long")
    void everyStepOfEveryTrainingResumedInItsOwnProcessEndsAsTheUnbrokenOne() throws IOException, InterruptedException {
        saveEveryStepOfEverySubject();
        for (String name : Subjects.names()) {
            for (long k : LongStream.rangeClosed(0, Subject.STEPS).toArray()) {
                checkResumed(List.of(), List.of(name + "@" + k));
            }
        }
    }
}
