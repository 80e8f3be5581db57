package cairn.laws;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.disk.RealDisk;
import cairn.tensor.device.Backend;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java process that resumes trainings and prints a line with each digest. */
final class Child {
    /** A task that computes nothing: it reads the facts of the machine, as every run does. */
    static final String DESCRIBE = "describe";

    private Child() {
    }

    /** Starts {@code main} with these arguments, in the environment of this process; what it prints goes to {@code output}. */
    static Process start(Path output, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-XX:TieredStopAtLevel=1",
                "-Dcairn.backend=" + System.getProperty("cairn.backend", ""), "-cp", System.getProperty("java.class.path"),
                Child.class.getName()));
        command.addAll(words);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.to(output.toFile())).start();
    }

    /** The digest that a child printed under {@code label}. */
    static String digest(Path output, String label) throws IOException {
        return Files.readAllLines(output).stream().filter(l -> l.startsWith(label + " ")).map(l -> l.substring(label.length() + 1))
                .findFirst().orElseThrow(() -> new AssertionError("no digest of " + label + " in:\n" + read(output)));
    }

    static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    public static void main(String[] words) throws IOException {
        for (String task : List.of(words).subList(1, words.length)) {
            if (task.equals(DESCRIBE)) {
                Backend.facts();
                continue;
            }
            String[] parts = task.split("@");
            System.out.println(task + " " + resume(parts[0], Path.of(words[0], parts[0]), Long.parseLong(parts[1])));
        }
    }

    private static String resume(String subject, Path folder, long step) throws IOException {
        try (CheckpointStore store = DirectoryStore.reading(folder, new RealDisk()); Trainer trainer = Subjects.get(subject).fresh()) {
            trainer.restore(store.read(step).state());
            return Subject.run(trainer, Subject.STEPS);
        }
    }
}
