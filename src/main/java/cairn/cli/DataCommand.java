package cairn.cli;

import cairn.cli.args.Console;
import cairn.cli.args.DataPlace;
import cairn.cli.look.DataShowCommand;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Meter;
import cairn.cli.terminal.Screen;
import cairn.data.fetch.Catalogue;
import cairn.data.fetch.Fetch;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn data}. */
@Command(name = "data", description = "Lists the data sets, shows rows of one, or downloads one.",
        synopsisSubcommandLabel = "[list | show SET | fetch NAME]",
        subcommands = {DataCommand.Listing.class, DataShowCommand.class, DataCommand.Fetching.class},
        footer = {"", "Examples:",
            "  cairn data                              lists them",
            "  cairn data show iris 3 70",
            "  cairn data fetch fashion-mnist"})
final class DataCommand implements Callable<Integer> {
    @Mixin
    private DataPlace data;

    @Mixin
    private Console console;

    @Override
    public Integer call() {
        return list(data, console.screen());
    }

    private static int list(DataPlace places, Screen screen) {
        Columns table = new Columns("data set", "content", "where");
        for (BuiltInData set : BuiltInData.all()) {
            BuiltInData.About about = set.about();
            Optional<Path> place = set.place(places.folders());
            Optional<Catalogue.RemoteSet> remote = Catalogue.published().find(about.name());
            String where = place.map(Path::toString).orElseGet(() -> set.isInProgram() ? "comes with Cairn" : remote
                    .map(r -> "cairn data fetch " + about.name() + " (" + ByteSize.text(r.bytes()) + ")")
                    .orElse(about.origin() == BuiltInData.Origin.GENERATED ? "generated" : "missing"));
            table.add(about.name(), about.content(), where);
            ObjectNode event = Screen.event("data").put("name", about.name()).put("content", about.content())
                    .put("origin", about.origin().name().toLowerCase(Locale.ROOT));
            place.ifPresent(folder -> event.put("place", folder.toString()));
            remote.ifPresent(r -> event.put("fetch_bytes", r.bytes()));
            screen.emit(event);
        }
        screen.print(table.toString());
        return ExitCode.OK;
    }

    /** {@code cairn data list}. */
    @Command(name = "list", description = "Lists the data sets that a recipe can name, and where they are.",
            footer = {"", "Examples:", "  cairn data list", "  cairn data list --data /mnt/sets"})
    static final class Listing implements Callable<Integer> {
        @Mixin
        private DataPlace data;

        @Mixin
        private Console console;

        @Override
        public Integer call() {
            return list(data, console.screen());
        }
    }

    /** {@code cairn data fetch}. */
    @Command(name = "fetch", description = {"Downloads a data set from its public address, and checks it.",
        "An interrupted download continues where it stopped."},
            footer = {"", "Examples:",
                "  cairn data fetch fashion-mnist",
                "  cairn data fetch cifar-10 --to /mnt/sets      use it with: --data /mnt/sets"})
    static final class Fetching implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "mnist, fashion-mnist or cifar-10.")
        private String name;

        @Option(names = "--to", paramLabel = "FOLDER",
                description = "The folder to put it in (default: .cairn/datasets in the home folder).")
        private Path to;

        @Option(names = "--from", paramLabel = "URL", description = "Another address, with files of the same names.")
        private URI from;

        @Mixin
        private Console console;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Screen screen = console.screen();
            Fetch fetch = new Fetch(Catalogue.published());
            Path target = to == null ? DataFolders.downloads() : to;
            Map<String, Meter> meters = new HashMap<>();
            Path folder;
            try {
                Fetch.Progress progress = new Fetch.Progress() {
                    @Override
                    public void at(String file, long bytes, long total) {
                        meters.computeIfAbsent(file, f -> Meter.of(console.host(), screen, f, "bytes", 0, total)).at(bytes, () -> "");
                    }

                    @Override
                    public void waiting(Path set) {
                        screen.note("waiting for another process that fetches it into " + set);
                    }
                };
                folder = from == null ? fetch.fetch(name, target, progress) : fetch.fetch(name, target, from, progress);
            } finally {
                meters.values().forEach(Meter::close);
            }
            screen.print(name + " is in " + folder);
            screen.emit(Screen.event("data").put("name", name).put("place", folder.toString()));
            return ExitCode.OK;
        }
    }
}
