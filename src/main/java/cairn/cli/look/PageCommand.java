package cairn.cli.look;

import cairn.cli.args.StoredRun;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.page.PageFile;
import cairn.words.ByteSize;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn page}. */
@Command(name = "page", description = {
    "Writes the page of a run, with some of its steps inside, into one file that a browser opens from disk.",
    "It needs neither a server nor a network, so it can be handed out. The slider moves over the chosen steps; steps that are not saved are"
        + " trained again in memory. A file that exists is never replaced."},
        footer = {"", "Examples:",
            "  cairn page iris                                  into iris.html",
            "  cairn page iris -o lesson.html",
            "  cairn page moons -o moons.html --steps 40        40 steps, equally far from each other",
            "  cairn page moons -o begin.html --at 0..20,60,120"})
public final class PageCommand implements Callable<Integer> {
    /** A page of more steps is slow to open. */
    private static final int MOST_STEPS = 400;
    private static final Pattern STEPS = Pattern.compile("(\\d{1,15})(\\.\\.(\\d{1,15}))?");

    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "-o", paramLabel = "FILE", order = 1, description = "The file to write; its name ends in .html (default: RUN.html).")
    private Path out;

    @Option(names = "--steps", paramLabel = "N", order = 2, description = "So many steps, equally far from each other (default: 20).")
    private Integer count;

    @Option(names = "--at", paramLabel = "LIST", order = 3, description = "These steps instead: 0..20,60,120.")
    private String at;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        if (count != null && (at != null || count < 1 || count > MOST_STEPS)) {
            throw CommandException.usage("--steps " + count + ": expected 1 to " + MOST_STEPS + ", and no --at");
        }
        SortedSet<Long> listed = at == null ? new TreeSet<>() : listed();
        StoredRun run = session.runs().find(name);
        Path file = out == null ? Path.of(run.name() + ".html") : out;
        requireFree(file);
        PageOptions.Place place = PageOptions.Place.of(run, session.data().words());
        session.chooseBackend();
        Screen screen = session.screen();
        try (PageFile page = PageFile.of(PageOptions.settings(session, place, 0, true), place.run().orElseThrow())) {
            SortedSet<Long> steps = listed.isEmpty() ? page.evenly(count == null ? 20 : count) : listed;
            requireTrained(run, page, steps);
            byte[] html = page.html(steps, step -> { });
            Files.write(file, html, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            screen.print("page of " + run.name() + ": " + file + ", " + steps.size() + (steps.size() == 1 ? " step, " : " steps, ")
                    + ByteSize.text(html.length));
            screen.emit(Screen.event("page-file").put("run", run.name()).put("file", file.toString()).put("steps", steps.size())
                    .put("bytes", html.length));
        }
        return ExitCode.OK;
    }

    private SortedSet<Long> listed() {
        SortedSet<Long> steps = new TreeSet<>();
        for (String part : at.split(",", -1)) {
            Matcher m = STEPS.matcher(part.strip());
            long from = m.matches() ? Long.parseLong(m.group(1)) : -1;
            long to = from < 0 || m.group(3) == null ? from : Long.parseLong(m.group(3));
            if (from < 0 || to < from || to - from >= MOST_STEPS || steps.size() + to - from >= MOST_STEPS) {
                throw CommandException.usage("--at " + at + ": expected at most " + MOST_STEPS + " steps, such as 0..20,60,120");
            }
            LongStream.rangeClosed(from, to).forEach(steps::add);
        }
        return steps;
    }

    private static void requireFree(Path out) throws IOException {
        Path folder = out.toAbsolutePath().getParent();
        if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
            throw CommandException.usage("-o " + out + ": expected a name that ends in .html");
        } else if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(out.toString(), null,
                    "it exists, and is not replaced; delete it first, or use another name");
        } else if (folder == null || !Files.isDirectory(folder)) {
            throw CommandException.usage("-o " + out + ": there is no folder " + folder);
        }
    }

    private static void requireTrained(StoredRun run, PageFile page, SortedSet<Long> steps) {
        if (steps.first() < page.oldest() || steps.last() > page.newest()) {
            throw CommandException.usage("--at: the run " + run.name() + " has the steps " + page.oldest() + " to " + page.newest()
                    + ", found " + (steps.first() < page.oldest() ? steps.first() : steps.last()));
        }
    }
}
