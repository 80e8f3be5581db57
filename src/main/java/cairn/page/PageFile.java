package cairn.page;

import cairn.disk.RealDisk;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * The page of one run as a single file, which opens from disk without a server and without a network. The answers that the page would get
 * for some steps are inside: those of the server, under the addresses that the page asks for.
 */
public final class PageFile implements Closeable {
    /** What the page asks for, as {@code view.js} and {@code main.js} write it. */
    private static final String CURVES = "/curves?after=-1&most=2000";
    private static final String BOUNDARY = "/boundary?cells=48";
    private static final List<String> CHOICES = List.of("worst", "wrong");
    private static final String ROWS = "/rows?part=%s&choice=%s&count=10";
    private static final String TENSOR = "/tensor?path=";
    private static final String MODEL = "model/";

    private final String name;
    private final Views views;
    private final Journals journals;
    private final Readings readings;
    private final ObjectNode run;

    private PageFile(PageSettings settings, String name) throws IOException {
        this.name = name;
        Listing listing = new Listing(settings.runs(), new RealDisk());
        Events events = new Events();
        views = new Views(settings, listing);
        journals = new Journals(listing, events, settings.clocks().nanos());
        readings = new Readings(new RunAnswers(settings, listing, new Trainings(settings, events), journals),
                new StepAnswers(listing, views, new Commands(settings.place(), settings.shell()), settings.nextSteps()));
        try {
            run = Answer.read(readings.answer(Address.of(address(""))).body());
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Opens the run called {@code name} for reading. */
    public static PageFile of(PageSettings settings, String name) throws IOException {
        return new PageFile(settings, name);
    }

    /** The first step that can be shown. */
    public long oldest() {
        return run.path("oldest").asLong();
    }

    /** The last step that can be shown. */
    public long newest() {
        return run.path("newest").asLong();
    }

    /** So many steps from the first to the last, equally far from each other. */
    public SortedSet<Long> evenly(int count) {
        long length = newest() - oldest();
        SortedSet<Long> steps = new TreeSet<>();
        LongStream.range(0, count).map(i -> oldest() + Math.round((double) length * i / Math.max(1, count - 1))).forEach(steps::add);
        return steps;
    }

    /**
     * The file.
     *
     * @param steps the steps that it shows, which the run has trained
     * @param done is told each step that is done
     */
    public byte[] html(SortedSet<Long> steps, LongConsumer done) throws IOException {
        ObjectNode answers = Answer.object();
        answers.set("/api/state", state());
        answers.set(address(""), run);
        put(answers, address(CURVES));
        put(answers, address("/explain"));
        for (long step : steps) {
            put(answers, step);
            done.accept(step);
        }
        return PageHtml.of(answers).getBytes(StandardCharsets.UTF_8);
    }

    /** The state of the server, with this run alone. */
    private ObjectNode state() throws IOException {
        ObjectNode state = Answer.read(readings.answer(Address.of("/api/state")).body());
        ArrayNode all = state.putArray("runs");
        for (JsonNode each : Answer.read(readings.answer(Address.of("/api/state")).body()).path("runs")) {
            if (each.path("name").asText().equals(name)) {
                all.add(each);
            }
        }
        return state.put("folder", "").put("open", name);
    }

    private void put(ObjectNode answers, long step) throws IOException {
        String at = address("/at/" + step);
        String part = put(answers, at).path("part").asText();
        if (run.path("kind").asText().equals("points")) {
            put(answers, at + BOUNDARY);
        }
        for (String choice : CHOICES) {
            image(answers, put(answers, at + ROWS.formatted(part, choice)).path("sheet"));
        }
        for (JsonNode tensor : run.path("tensors")) {
            String path = tensor.path("path").asText();
            if (path.startsWith(MODEL) && tensor.path("shape").size() > 1) {
                image(answers, put(answers, at + TENSOR + Fields.encoded(path)).path("tiles"));
            }
        }
    }

    /** Puts what is answered; nothing if there is nothing, such as rows of a part that the run has not. */
    private JsonNode put(ObjectNode answers, String address) throws IOException {
        try {
            ObjectNode answer = Answer.read(readings.answer(Address.of(address)).body());
            answers.set(address, answer);
            return answer;
        } catch (Refusal nothing) {
            if (nothing.status() != 404) {
                throw nothing;
            }
            return MissingNode.getInstance();
        }
    }

    private void image(ObjectNode answers, JsonNode address) throws IOException {
        if (address.isTextual()) {
            answers.put(address.asText(), "data:image/png;base64,"
                    + Base64.getEncoder().encodeToString(readings.answer(Address.of(address.asText())).body()));
        }
    }

    private String address(String rest) {
        return "/api/run/" + Fields.encoded(name) + rest;
    }

    @Override
    public void close() {
        journals.close();
        views.close();
    }
}
