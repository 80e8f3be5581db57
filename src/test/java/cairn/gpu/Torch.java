package cairn.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Python with PyTorch that can compute where the story does.
 *
 * @param python its command
 * @param about which PyTorch, and on what
 */
record Torch(String python, String about) {
    private static final String SCRIPT = "torch_steps.py";
    /** How Cairn's idle threads wait; PyTorch's wait as they do by default, which suits it best. */
    private static final List<String> POLICY = List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT");

    /** What was found, and if nothing was, why. */
    record Search(Optional<Torch> torch, String problem) {
    }

    static Search of(CheckContext stage) throws IOException, InterruptedException {
        String problem = "";
        for (String python : stage.place().pythons()) {
            try {
                CheckContext.Ended ended = stage.run(Program.of(python, script(), "about", device(stage)));
                String said = ended.lines().isEmpty() ? ended.lastWords() : ended.lines().get(ended.lines().size() - 1);
                if (ended.exit() == 0 && said.startsWith("torch ")) {
                    return new Search(Optional.of(new Torch(python, said.substring("torch ".length()))), "");
                }
                problem += (problem.isEmpty() ? "" : "; ") + python + ": " + said;
            } catch (IOException e) {
                problem += (problem.isEmpty() ? "" : "; ") + "there is no " + python;
            }
        }
        return new Search(Optional.empty(), problem);
    }

    /** The program that takes turns with {@link StepTurns}. */
    Program steps(CheckContext stage, Work work, int batch) throws IOException {
        Program program = Program.of(python, script(), work.word(), Integer.toString(batch), device(stage), LawsCheck.datasets().resolve("mnist").toString());
        for (String variable : POLICY) {
            program = program.without(variable);
        }
        return program;
    }

    private static String device(CheckContext stage) {
        return stage.place().choice().isOnGpu() ? "cuda" : "cpu";
    }

    private static String script() {
        return Path.of(System.getProperty("cairn.card", "src/card"), SCRIPT).toString();
    }
}
