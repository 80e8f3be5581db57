package cairn.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Python with PyTorch that can use the device of the report.
 *
 * @param python its command
 * @param about the version of PyTorch, and its device
 */
record Torch(String python, String about) {
    private static final String SCRIPT = "torch_steps.py";
    /** Environment variables that say how idle threads of Cairn wait. PyTorch gets its defaults, which are best for it. */
    private static final List<String> POLICY = List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT");

    /** The PyTorch that was found; otherwise why there is none. */
    record Search(Optional<Torch> torch, String problem) {
    }

    static Search of(CheckContext context) throws IOException, InterruptedException {
        String problem = "";
        for (String python : context.options().pythons()) {
            try {
                CheckContext.Ended ended = context.run(Program.of(python, script(), "about", device(context)));
                String said = ended.lines().isEmpty() ? ended.lastError() : ended.lines().get(ended.lines().size() - 1);
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

    /** The program that is compared with {@link StepTurns}. */
    Program steps(CheckContext context, BenchmarkModel model, int batch) throws IOException {
        Program program = Program.of(python, script(), model.word(), Integer.toString(batch), device(context),
                LawsCheck.datasets().resolve("mnist").toString());
        for (String variable : POLICY) {
            program = program.without(variable);
        }
        return program;
    }

    private static String device(CheckContext context) {
        return context.options().choice().isOnGpu() ? "cuda" : "cpu";
    }

    private static String script() {
        return Path.of(System.getProperty("cairn.card", "src/card"), SCRIPT).toString();
    }
}
