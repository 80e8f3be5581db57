package cairn.page;

import cairn.disk.RealDisk;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The page of a folder of runs, served until it is closed. Trainings that it has started save and end with it.
 *
 * <p>Law: nothing that a browser does changes a number of a training, or slows one that another process has started.
 */
public final class LivePage implements Closeable {
    private final PageSettings settings;
    private final Events events = new Events();
    private final Token token = new Token();
    private final Attendants attendants;
    private final Listing listing;
    private final Trainings trainings;
    private final Journals journals;
    private final Views views;
    private final Actions actions;
    private final PageServer server;
    private final Entrance entrance;

    private LivePage(PageSettings settings, Listing listing) throws IOException {
        this.settings = settings;
        this.listing = listing;
        attendants = new Attendants(settings.clocks().nanos());
        server = PageServer.listening(settings.port(), attendants);
        entrance = Entrance.of(address(), token);
        trainings = new Trainings(settings, events);
        journals = new Journals(listing, events, settings.clocks().nanos());
        views = new Views(settings, listing);
        Commands commands = new Commands(settings.place(), settings.shell());
        actions = new Actions(settings, listing, commands, trainings, views);
        Gate gate = new Gate(token, server.port(), settings.isReadOnly());
        Routes routes = new Routes(gate, Assets.load(), new Readings(new RunAnswers(settings, listing, trainings, journals),
                new StepAnswers(listing, views, commands, settings.nextSteps())), actions, this::renew);
        journals.begin();
        server.begin(gate, new PageServer.Attendance() {
            @Override
            public Answer answer(HttpExchange request, byte[] body) throws IOException {
                return routes.answer(request, body);
            }

            @Override
            public void events(HttpExchange request) throws IOException {
                gate.requireSession(request);
                listen(request);
            }
        });
    }

    /** Serves the page. */
    public static LivePage open(PageSettings settings) throws IOException {
        return new LivePage(settings, new Listing(settings.runs(), new RealDisk()));
    }

    /** The address of the page; without a token, so it can be shown to anybody. */
    public String address() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    /** The private file that opens the page in a browser. */
    public Path file() {
        return entrance.file();
    }

    /** Starts a new run of a recipe that the user has named, at once, and returns the name of the run. */
    public String play(String recipe, String name, double stepsPerSecond) throws IOException {
        String run = actions.free(name);
        actions.playAny(recipe, run, stepsPerSecond > 0 ? "run " + stepsPerSecond : Child.RUN);
        return run;
    }

    private void renew() {
        try {
            entrance.write(token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(HttpExchange request) throws IOException {
        ObjectNode hello = Answer.object().put("version", settings.version());
        Answer.put(hello, "after", Optional.ofNullable(request.getRequestHeaders().getFirst("Last-Event-ID")));
        try (Events.Listener listener = events.listener(hello)) {
            request.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            request.sendResponseHeaders(200, 0);
            listener.serve(request.getResponseBody(), attendants);
        }
    }

    /** Ends: trainings of this page save first. */
    @Override
    public void close() throws IOException {
        journals.close();
        events.close();
        views.close();
        try {
            trainings.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            server.close();
            entrance.close();
        }
    }
}
