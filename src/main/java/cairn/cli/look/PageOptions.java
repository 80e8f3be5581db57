package cairn.cli.look;

import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.ShellCommand;
import cairn.explain.Next;
import cairn.page.LivePage;
import cairn.page.PageSettings;
import cairn.words.Printable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options of the commands that serve a page, and how one is served until somebody ends it. */
final class PageOptions {
    private static final String MAIN = "cairn.cli.Main";

    @Option(names = "--port", paramLabel = "N", order = 1, defaultValue = "0",
            description = "The port of the page on this machine (default: any free one).")
    private int port;

    @Option(names = "--no-browser", order = 2, description = "Opens no browser, and only prints how to open the page.")
    private boolean noBrowser;

    /** What is shown first. */
    interface Begin {
        void on(LivePage page) throws IOException;
    }

    /** Where the runs are, and the one to show first. */
    record Place(Path runs, Optional<String> run, List<String> words) {

        /** The runs in the folder of the command line. */
        static Place of(RunsFolder runs, List<String> data) {
            return of(runs.folder(), Optional.empty(), data);
        }

        /** The run, with the others of its folder. */
        static Place of(StoredRun run, List<String> data) {
            Path folder = run.folder().toAbsolutePath().normalize();
            Path above = run.typed().equals(run.name()) ? run.runs() : folder.getParent();
            return of(above, Optional.of(folder.getFileName().toString()), data);
        }

        private static Place of(Path runs, Optional<String> run, List<String> data) {
            List<String> words = new ArrayList<>(runs.equals(Path.of(StoredRun.RUNS)) ? List.of() : List.of("--dir", runs.toString()));
            words.addAll(data);
            return new Place(runs, run, words);
        }

        Place showing(String other) {
            return new Place(runs, Optional.of(other), words);
        }
    }

    /** Serves the page until a signal comes. */
    void serve(Session session, Place place, boolean isReadOnly, Begin begin) throws IOException {
        if (port < 0 || port > 65535) {
            throw CommandException.usage("--port " + port + ": expected 0 to 65535");
        }
        session.chooseBackend();
        Host host = session.host();
        PageSettings settings = settings(session, place, port, isReadOnly);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger signals = new AtomicInteger();
        Runnable unsubscribe = host.signals().subscribe((signal, endNow) -> {
            if (signals.incrementAndGet() > 1) {
                endNow.run();
            }
            ended.countDown();
        });
        try (LivePage page = LivePage.open(settings)) {
            begin.on(page);
            tell(session.screen(), place, page);
            if (!noBrowser) {
                openBrowser(host, page.file());
            }
            ended.await();
            session.screen().log("closing the page; what it trains is saved");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            unsubscribe.run();
        }
    }

    /** What a page of these runs shows, and with what. */
    static PageSettings settings(Session session, Place place, int port, boolean isReadOnly) {
        return new PageSettings(place.runs(), place.run(), port, isReadOnly, version(),
                run -> session.workspace(session.data().folders(stored(place, run))),
                session.host().clocks(), program(), place.words(), ShellCommand::of, (run, next) -> worded(stored(place, run), next),
                session.screen()::log);
    }

    private static StoredRun stored(Place place, Path run) {
        return new StoredRun(run.getFileName().toString(), run, place.runs());
    }

    private static PageSettings.NextSteps.Worded worded(StoredRun run, Next next) {
        return new PageSettings.NextSteps.Worded(NextStep.before(next, run), NextStep.command(next, run));
    }

    private static void tell(Screen screen, Place place, LivePage page) {
        screen.print("the runs in " + place.runs() + ": " + page.address());
        screen.print("open it in a browser of this machine by the private file: " + page.file().toUri());
        screen.print("Ctrl+C closes the page; what it trains is saved first");
        screen.emit(Screen.event("page").put("address", page.address()).put("file", page.file().toString())
                .put("folder", place.runs().toString()).put("run", place.run().orElse(null)));
    }

    /** Opens the private file, so that no token stands in the list of processes. Without a screen there is no browser. */
    private static void openBrowser(Host host, Path file) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> words = system.contains("win") ? List.of("rundll32", "url.dll,FileProtocolHandler", file.toString())
                : system.contains("mac") ? List.of("open", file.toString())
                : host.has("DISPLAY") || host.has("WAYLAND_DISPLAY") ? List.of("xdg-open", file.toString()) : List.of();
        try {
            if (!words.isEmpty()) {
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            }
        } catch (IOException noBrowser) {
            // What was printed says how to open the page.
        }
    }

    /** The words that start this program again: the same Java with the same options, so that it computes the same. */
    private static List<String> program() {
        Stream<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib") && !option.startsWith("-javaagent") && !option.startsWith("-Xrunjdwp"));
        return Stream.of(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()), options,
                Stream.of("-cp", System.getProperty("java.class.path"), MAIN)).flatMap(words -> words).toList();
    }

    private static String version() {
        return Printable.line(Optional.ofNullable(PageOptions.class.getPackage().getImplementationVersion()).orElse(""));
    }
}
