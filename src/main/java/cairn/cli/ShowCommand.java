package cairn.cli;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.format.Header;
import cairn.cli.args.RunStep;
import cairn.cli.args.StoredRun;
import cairn.cli.look.OutFile;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.interop.TensorFiles;
import cairn.interop.WeightsImport;
import cairn.look.TensorView;
import cairn.look.Tiles;
import cairn.state.State;
import cairn.state.Value;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn show}. */
@Command(name = "show", description = {"Shows the content of a checkpoint: where it was made, every value, every tensor.",
    "Of a file with tensors, of any program, it shows the program, the values, and each tensor with its type, shape, mean and range.",
    "With the path of a tensor: its mean, deviation and range, and how its numbers are spread."},
        footer = {"", "Examples:",
            "  cairn show iris@360",
            "  cairn show iris --verify             the newest, completely checked",
            "  cairn show iris@best --json",
            "  cairn show iris@360 0.dense/weight",
            "  cairn show mnist-cnn 0.conv2d/weight -o kernels.png",
            "  cairn show resnet.pt                 or .keras, .h5, .onnx, .safetensors, .npz, .index"})
final class ShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN@STEP", description = RunStep.ARGUMENT + " Or the path of a file with tensors.")
    private String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TENSOR", description = "The path of a tensor; model/ may be left out.")
    private String tensor;

    @Option(names = "-o", paramLabel = "FILE", description = "With a tensor: draws kernels, or the first weights of a model that looks at images,"
            + " into FILE.png. " + OutFile.NEVER_REPLACED)
    private Path out;

    @Option(names = "--verify", description = "Reads the whole file, and checks every checksum and the digest.")
    private boolean verify;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        if (out != null && tensor == null) {
            throw CommandException.usage("-o " + out + ": name the tensor to draw, such as 0.conv2d/weight");
        }
        Optional<OutFile> file = out == null ? Optional.empty() : Optional.of(OutFile.of(out, "png"));
        // A run of this name was meant before files could be shown.
        if (!session.runs().has(name) && WeightsImport.exists(Path.of(name))) {
            ShownFile shown = new ShownFile(Path.of(name), TensorFiles.read(Path.of(name), new RealDisk()));
            if (tensor == null) {
                shown.on(screen);
            } else {
                new ShownTensor(session.host().terminal(), screen).show(name, shown.tensor(tensor), file, Optional.empty());
            }
            return ExitCode.OK;
        } else if (tensor != null) {
            Session.Found found = session.read(name);
            State state = found.checkpoint().state();
            TensorView view = TensorView.of(state, tensor);
            new ShownTensor(session.host().terminal(), screen).show(found.at().toString(), view, file, Tiles.of(state, view.path()));
            return ExitCode.OK;
        }
        record Stored(RunStep at, Optional<Header> header) {
        }
        Stored stored = session.runs().look(name, screen, (at, store) -> new Stored(at, at.isStored() ? Optional.of(header(at, store))
                : Optional.empty()));
        RunStep at = stored.at();
        StoredRun run = at.run();
        Header header = stored.header().isPresent() ? stored.header().get() : Header.of(session.read(at));
        screen.print(text(run, header));
        if (!at.isStored()) {
            screen.print("\nThis step is not saved. To save it: " + run.command("goto", run.typed(), Long.toString(at.step())));
        }
        if (verify) {
            screen.print("\nsound: every checksum and the digest are correct");
        }
        screen.emit(event(run, header));
        return ExitCode.OK;
    }

    private Header header(RunStep at, CheckpointStore store) throws IOException {
        if (verify) {
            store.check(at.step());
        }
        return store.header(at.step());
    }

    private static String text(StoredRun run, Header header) {
        Columns top = new Columns("", "");
        top.add("run", run.name());
        top.add("step", Long.toString(header.step()));
        top.add("digest", header.digest());
        if (header.isEarlier()) {
            top.add("format", "version " + header.version() + ", of an earlier Cairn");
        }
        header.metrics().forEach((metric, value) -> top.add(metric, Format.real(value)));
        header.facts().forEach((fact, value) -> top.add(fact, value));
        Columns values = new Columns("value", "");
        Columns tensors = new Columns("tensor", "type", "shape");
        header.entries().forEach((path, entry) -> {
            if (entry instanceof Header.Scalar scalar) {
                values.add(path, scalar.value() instanceof Value.Text ? scalar.describe().substring("text ".length()) : scalar.describe());
            } else if (entry instanceof Header.Span span) {
                tensors.add(path, span.type().label(), span.shape().toString());
            }
        });
        return String.join(System.lineSeparator(), top.toString(), "", values.toString(), "", tensors.toString());
    }

    private static ObjectNode event(StoredRun run, Header header) {
        ObjectNode event = Screen.event("state").put("run", run.name()).put("step", header.step()).put("digest", header.digest())
                .put("format", header.version());
        ObjectNode metrics = event.putObject("metrics");
        header.metrics().forEach((metric, value) -> JsonFields.put(metrics, metric, value));
        ObjectNode facts = event.putObject("facts");
        header.facts().forEach(facts::put);
        ObjectNode values = event.putObject("values");
        ArrayNode tensors = event.putArray("tensors");
        header.entries().forEach((path, entry) -> {
            if (entry instanceof Header.Span span) {
                ArrayNode shape = tensors.addObject().put("path", path).put("dtype", span.type().label()).putArray("shape");
                span.shape().forEach(shape::add);
            } else if (entry instanceof Header.Scalar scalar) {
                put(values, path, scalar.value());
            }
        });
        if (values.has("recipe/digest")) {
            event.set("recipe_digest", values.get("recipe/digest"));
        }
        return event;
    }

    private static void put(ObjectNode values, String path, Value value) {
        if (value instanceof Value.Int whole) {
            values.put(path, whole.value());
        } else if (value instanceof Value.Real real) {
            JsonFields.putExact(values, path, real.value());
        } else if (value instanceof Value.Text text) {
            values.put(path, text.value());
        }
    }
}
