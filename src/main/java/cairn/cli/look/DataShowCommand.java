package cairn.cli.look;

import cairn.cli.args.Console;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RecipeName;
import cairn.cli.report.JsonFields;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.DataSet;
import cairn.data.source.BuiltInData;
import cairn.data.source.LoadedData;
import cairn.look.ContactSheet;
import cairn.look.DataRow;
import cairn.look.RowPictures;
import cairn.words.Spelling;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn data show}. */
@Command(name = "show", description = {"Shows rows of a data set as they are, before a normalization: values with their names, or images.",
    "Rows have their numbers in the data set, from 0, as in cairn rows."},
        footer = {"", "Examples:",
            "  cairn data show iris                     the first ten rows",
            "  cairn data show iris 3 70 100..102",
            "  cairn data show mnist 0..23 -o digits.png",
            "  cairn data show my-recipe.yaml 5         the data set of a recipe"})
public final class DataShowCommand implements Callable<Integer> {
    private static final int FIRST = 10;
    /** More columns are not printed; --json has them all. */
    private static final int MOST_COLUMNS = 14;

    @Parameters(index = "0", paramLabel = "SET", description = "The name of a data set; or a recipe, for its data set.")
    private String name;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ROW", description = "Row numbers: 3, or 100..102 (default: the first ten).")
    private List<String> numbers = List.of();

    @Option(names = "--test", description = "The rows that the data set keeps apart for testing, if it has such rows.")
    private boolean test;

    @Option(names = "-o", paramLabel = "FILE", description = "Draws the images into FILE.png. " + OutFile.NEVER_REPLACED)
    private Path out;

    @Mixin
    private DataPlace data;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Optional<OutFile> file = out == null ? Optional.empty() : Optional.of(OutFile.of(out, "png"));
        List<Integer> asked = numbers.isEmpty() ? List.of() : RowList.parse("ROW", String.join(",", numbers));
        DataSet rows = open();
        List<Integer> chosen = numbers.isEmpty() ? IntStream.range(0, Math.min(FIRST, rows.size())).boxed().toList() : asked;
        chosen.stream().filter(row -> row >= rows.size()).findFirst().ifPresent(row -> {
            throw CommandException.usage("there is no row " + row + " in " + rows.name() + ", which has the rows 0 to "
                    + (rows.size() - 1));
        });
        Optional<RowPictures> pictures = RowPictures.of(rows);
        if (file.isPresent() && pictures.isEmpty()) {
            throw CommandException.usage("-o " + out + ": the rows of " + rows.name() + " are no images");
        }
        List<DataRow> shown = chosen.stream().map(row -> DataRow.of(rows, row)).toList();
        print(rows, shown, pictures.isPresent());
        if (file.isPresent()) {
            RowPictures images = pictures.orElseThrow();
            file.get().write(new ContactSheet(rows.name(), "the label of each row", shown.stream().map(row -> new ContactSheet.Tile(
                    images.picture(row.row()), "row " + row.row(), row.label(), false)).toList()).png());
            console.screen().print("\nfigure: " + out);
        }
        return ExitCode.OK;
    }

    private DataSet open() throws IOException {
        Optional<BuiltInData> builtIn = BuiltInData.all().stream().filter(set -> set.about().name().equals(name)).findFirst();
        LoadedData loaded;
        if (builtIn.isPresent()) {
            loaded = builtIn.get().open(data.folders());
        } else if (Files.exists(Path.of(name))) {
            RecipeName.Source recipe = RecipeName.source(name);
            loaded = recipe.recipe().data().set().open(data.folders(recipe));
        } else {
            throw CommandException.usage("there is no data set '" + name + "', and no recipe file of that name; "
                    + Spelling.hint(name, BuiltInData.all().stream().map(set -> set.about().name()).toList()));
        }
        return !test ? loaded.train() : loaded.test().orElseThrow(() -> CommandException.usage("--test: " + name
                + " keeps no rows apart for testing; a recipe takes them from all rows"));
    }

    private void print(DataSet rows, List<DataRow> shown, boolean areImages) {
        Screen screen = console.screen();
        List<String> names = areImages ? List.of("shape", ">least", ">mean", ">greatest") : DataRow.names(rows);
        int columns = Math.min(MOST_COLUMNS, names.size());
        List<String> heads = new ArrayList<>(List.of(">row", "label"));
        names.subList(0, columns).forEach(column -> heads.add(areImages ? column : ">" + column));
        Columns table = new Columns(heads.toArray(String[]::new));
        for (DataRow row : shown) {
            Stream<String> values = areImages ? Stream.of(row.shape(), number(row.least()), number(row.mean()), number(row.greatest()))
                    : row.values().subList(0, columns).stream().map(DataShowCommand::number);
            table.add(Stream.concat(Stream.of(Integer.toString(row.row()), row.label()), values).toArray(String[]::new));
            ObjectNode event = Screen.event("row").put("set", rows.name()).put("row", row.row()).put("label", row.label());
            if (areImages) {
                ArrayNode values1 = event.put("shape", row.shape()).putArray("values");
                row.values().forEach(values1::add);
            } else {
                ObjectNode values1 = event.putObject("values");
                IntStream.range(0, names.size()).forEach(i -> JsonFields.putExact(values1, names.get(i), row.values().get(i)));
            }
            screen.emit(event);
        }
        screen.print(table.toString());
        if (columns < names.size()) {
            screen.print("the first " + columns + " of " + names.size() + " columns; --json prints them all");
        } else if (areImages && out == null) {
            screen.print("to see them: cairn data show " + name + (numbers.isEmpty() ? "" : " " + String.join(" ", numbers))
                    + (test ? " --test" : "") + " -o FILE.png");
        }
    }

    /** As few digits as tell the number from its neighbours. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
                : (float) value == value ? Float.toString((float) value) : Double.toString(value);
    }
}
