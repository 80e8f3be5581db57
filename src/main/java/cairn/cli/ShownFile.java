package cairn.cli;

import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.interop.TensorFiles;
import cairn.interop.TensorSummary;
import cairn.interop.file.FileModel;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.look.TensorView;
import cairn.recipe.RecipeDraft;
import cairn.words.Spelling;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a file of tensors holds, for a screen. */
final class ShownFile {
    private static final int LONGEST_FACT = 100;

    private final Path path;
    private final TensorFiles.Read read;
    private final Map<String, TensorSummary> summaries = new LinkedHashMap<>();

    ShownFile(Path path, TensorFiles.Read read) {
        this.path = path;
        this.read = read;
        read.file().tensors().forEach((name, tensor) -> summaries.put(name, TensorSummary.of(tensor.value())));
    }

    /** The tensor that the file calls {@code tensor}. */
    TensorView tensor(String tensor) {
        FileTensor found = read.file().tensors().get(tensor);
        if (found == null) {
            throw CommandException.usage("there is no tensor '" + tensor + "' in " + path + "; "
                    + Spelling.hint(tensor, read.file().tensors().keySet()));
        }
        return TensorView.of(tensor, found.value());
    }

    /** Prints it all. */
    void on(Screen screen) {
        TensorFile file = read.file();
        Columns top = new Columns("", "");
        top.add("file", path.toString());
        top.add("format", file.format());
        top.add("written by", file.program().isEmpty() ? "the file does not say" : file.program());
        top.add("sha-256", read.digest());
        top.add("tensors", Long.toString(file.tensors().size()));
        top.add("numbers", Long.toString(file.tensors().values().stream().mapToLong(t -> t.value().size()).sum()));
        file.moments().ifPresent(m -> top.add("optimizer", text(m)));
        screen.print(top.toString());
        if (!file.facts().isEmpty()) {
            Columns facts = new Columns("value", "");
            file.facts().forEach((name, value) -> facts.add(name, value.length() <= LONGEST_FACT ? value
                    : value.substring(0, LONGEST_FACT - 3) + "..."));
            screen.print("\n" + facts);
        }
        screen.print("\n" + tensors(file));
        file.model().ifPresent(model -> screen.print("\n" + modelText(model)));
        file.notes().forEach(screen::note);
        screen.emit(event());
    }

    private static String text(FileMoments moments) {
        long updates = moments.byTensor().values().stream().mapToLong(FileMoments.Vectors::updates).max().orElse(0);
        return moments.name() + ", " + Format.count(updates, "update") + (moments.settings().isEmpty() ? "" : ", "
                + moments.settings().entrySet().stream().map(e -> e.getKey() + " " + Format.real(e.getValue())).collect(Collectors.joining(", ")));
    }

    private String tensors(TensorFile file) {
        Columns table = new Columns("tensor", "type", "shape", ">mean", ">deviation", ">least", ">greatest", "");
        file.tensors().forEach((name, tensor) -> {
            TensorSummary s = summaries.get(name);
            boolean isEmpty = tensor.value().size() == s.notFinite();
            table.add(name, tensor.dtype().label(), Arrays.toString(tensor.shape()).replace(" ", ""),
                    isEmpty ? "" : Format.real(s.mean()), isEmpty ? "" : Format.real(s.deviation()), isEmpty ? "" : Format.real(s.least()),
                    isEmpty ? "" : Format.real(s.greatest()), s.notFinite() > 0 ? s.notFinite() + " not finite" : "");
        });
        return table.toString();
    }

    private static String modelText(TensorFile.Description model) {
        try {
            FileModel read = model.read();
            String notes = read.notes().stream().map(n -> "\n  " + n).collect(Collectors.joining());
            return "model for rows of shape " + Arrays.toString(read.row()) + "\n" + RecipeDraft.model(read.layers()).strip() + notes;
        } catch (ForeignFileException e) {
            return "the file describes a model, but not all of it is known here:\n" + e.getMessage();
        }
    }

    private ObjectNode event() {
        TensorFile file = read.file();
        ObjectNode event = Screen.event("file").put("file", path.toString()).put("format", file.format()).put("program", file.program())
                .put("digest", read.digest());
        ObjectNode facts = event.putObject("facts");
        file.facts().forEach(facts::put);
        ArrayNode tensors = event.putArray("tensors");
        for (Map.Entry<String, FileTensor> e : file.tensors().entrySet()) {
            TensorSummary s = summaries.get(e.getKey());
            ObjectNode tensor = tensors.addObject().put("name", e.getKey()).put("dtype", e.getValue().dtype().label());
            ArrayNode shape = tensor.putArray("shape");
            Arrays.stream(e.getValue().shape()).forEach(shape::add);
            JsonFields.put(tensor, "mean", s.mean());
            JsonFields.put(tensor, "deviation", s.deviation());
            JsonFields.put(tensor, "least", s.least());
            JsonFields.put(tensor, "greatest", s.greatest());
            tensor.put("not_finite", s.notFinite());
        }
        ArrayNode modules = event.putArray("modules");
        file.modules().forEach(m -> {
            ObjectNode module = modules.addObject().put("name", m.name()).put("kind", m.kind().layer());
            ObjectNode names = module.putObject("tensors");
            m.tensors().forEach(names::put);
        });
        Optional<FileMoments> moments = file.moments();
        moments.ifPresent(m -> event.putObject("optimizer").put("name", m.name()).put("updates",
                m.byTensor().values().stream().mapToLong(FileMoments.Vectors::updates).max().orElse(0)));
        file.notes().forEach(event.putArray("notes")::add);
        return event;
    }
}
