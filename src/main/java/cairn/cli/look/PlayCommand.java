package cairn.cli.look;

import cairn.cli.args.RecipeName;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn play}. */
@Command(name = "play", description = {"Starts a run and shows it while it is trained, on a live page in a browser of this machine.",
    "It is trained by a process of its own, as cairn train does it, some steps a second. The page changes that, and everything that cairn open"
        + " does is there too."},
        footer = {"", "Examples:",
            "  cairn play                          two moons in a plane, and what the model says of each point",
            "  cairn play spirals --speed 100",
            "  cairn play digits",
            "  cairn play my.yaml --run first"})
public final class PlayCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RECIPE", defaultValue = "moons",
            description = "The name of a built-in recipe, or the path of a YAML file (default: ${DEFAULT-VALUE}).")
    private String recipe;

    @Option(names = "--run", paramLabel = "NAME", order = 0,
            description = "The name of the run (default: the name of the recipe, with a number added if it is taken).")
    private String runName;

    @Option(names = "--speed", paramLabel = "S", order = 1, defaultValue = "20",
            description = "How many steps a second at most, at first (default: ${DEFAULT-VALUE}); 0 is as fast as it can.")
    private double speed;

    @Mixin
    private PageOptions options;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        if (!(speed >= 0) || speed > 1e6) {
            throw CommandException.usage("--speed " + speed + ": expected 0 to 1000000 steps a second");
        }
        String wanted = runName == null ? RecipeName.read(recipe).name() : runName;
        String name = runName != null ? wanted : free(wanted);
        if (session.runs().named(name).exists()) {
            throw CommandException.refused("the run " + session.runs().named(name).folder() + " exists already and was not changed\n"
                    + "  to look at it: " + session.runs().command("open", name));
        }
        PageOptions.Place place = PageOptions.Place.of(session.runs(), session.data().words()).showing(name);
        options.serve(session, place, false, page -> page.play(recipe, name, speed));
        return ExitCode.OK;
    }

    private String free(String wanted) {
        return IntStream.iterate(1, i -> i + 1).mapToObj(i -> i == 1 ? wanted : wanted + "-" + i)
                .filter(each -> !Files.exists(session.runs().named(each).folder())).findFirst().orElseThrow();
    }
}
