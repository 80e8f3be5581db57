package cairn.page;

import cairn.checkpoint.DirectoryStore;
import cairn.explain.Evidence;
import cairn.explain.Explanation;
import cairn.explain.Finding;
import cairn.explain.Next;
import cairn.look.Boundary;
import cairn.look.ContactSheet;
import cairn.look.Part;
import cairn.look.Reached;
import cairn.look.RowChoice;
import cairn.look.RowPictures;
import cairn.look.RowTable;
import cairn.look.RunShape;
import cairn.look.RunView;
import cairn.look.TensorView;
import cairn.look.Tiles;
import cairn.look.curve.Curve;
import cairn.look.curve.Mark;
import cairn.look.curve.RunCurves;
import cairn.metrics.ConfusionMatrix;
import cairn.metrics.Estimate;
import cairn.recipe.RecipeChange;
import cairn.run.Run;
import cairn.words.Printable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is said of one run, and of its steps. */
final class StepAnswers {
    private static final int MOST_CELLS = 200;
    private static final int MOST_ROWS = 100;
    /** What people ask for first. */
    private static final List<String> FIRST = List.of("accuracy", "loss");
    private static final String PNG = "image/png";

    private final Listing listing;
    private final Views views;
    private final Commands commands;
    private final PageSettings.NextSteps nextSteps;

    StepAnswers(Listing listing, Views views, Commands commands, PageSettings.NextSteps nextSteps) {
        this.listing = listing;
        this.views = views;
        this.commands = commands;
        this.nextSteps = nextSteps;
    }

    ObjectNode run(String name) throws IOException {
        Path folder = listing.find(name);
        RunShape shape = views.shape(folder);
        ObjectNode node = Answer.object().put("name", name).put("recipeText", Run.recipeText(folder))
                .put("kind", shape.kind().name().toLowerCase(Locale.ROOT));
        if (shape.areClasses()) {
            Answer.texts(node, "classes", shape.classes());
        } else {
            node.putNull("classes");
        }
        record Now(long oldest, long newest, List<TensorView> tensors) {
        }
        Now now = views.open(folder, view -> {
            long oldest = view.oldest();
            view.goTo(oldest);
            return new Now(oldest, view.newest(), view.tensors());
        });
        node.put("stepsPerEpoch", shape.stepsPerEpoch()).put("oldest", now.oldest()).put("newest", now.newest()).put("until", shape.until());
        ArrayNode stored = node.putArray("stored");
        try (DirectoryStore store = DirectoryStore.reading(folder, listing.disk())) {
            store.steps().forEach(stored::add);
        }
        Answer.texts(node, "layers", layers(now.tensors()));
        ArrayNode tensors = node.putArray("tensors");
        for (TensorView tensor : now.tensors()) {
            ObjectNode each = tensors.addObject().put("path", tensor.path());
            ArrayNode lengths = each.putArray("shape");
            tensor.shape().forEach(lengths::add);
        }
        ObjectNode settings = node.putObject("settings");
        RecipeChange.settings(Run.recipe(folder)).forEach(settings::put);
        Answer.texts(node, "parts", Stream.of(Part.values()).map(Part::text).toList());
        return node;
    }

    /** The layers that have weights, in their order. */
    private static Set<String> layers(List<TensorView> tensors) {
        Set<String> layers = new LinkedHashSet<>();
        for (TensorView tensor : tensors) {
            if (tensor.path().startsWith("model/")) {
                layers.add(tensor.path().substring("model/".length(), Math.max("model/".length(), tensor.path().lastIndexOf('/'))));
            }
        }
        layers.remove("");
        return layers;
    }

    /** The marks are always all of them, because another list of marks tells that steps before {@code after} were taken back or made again. */
    ObjectNode curves(String name, long after, int most) throws IOException {
        RunCurves all = RunCurves.of(listing.find(name), listing.disk());
        RunCurves curves = (after < 0 ? all : all.between(after + 1, Long.MAX_VALUE)).thinned(most);
        ObjectNode node = Answer.object().put("last", all.lastStep());
        ArrayNode list = node.putArray("curves");
        curves.curves().values().stream().filter(curve -> !isSaidTwice(curve.name())).forEach(curve -> put(list.addObject(), curve));
        ArrayNode marks = node.putArray("marks");
        for (Mark mark : all.marks()) {
            marks.addObject().put("step", mark.step()).put("kind", mark.kind().word()).put("text", mark.text());
        }
        return node.put("command", commands.text(commands.plot(name)));
    }

    /** What its journal and its data say of an illness; no step is computed for that, because the slider would have to wait. */
    ObjectNode explain(String name) throws IOException {
        Path run = listing.find(name);
        Explanation explanation = views.explain(run);
        ObjectNode node = Answer.object();
        ArrayNode findings = node.putArray("findings");
        for (Finding finding : explanation.findings()) {
            ObjectNode each = findings.addObject().put("title", finding.illness().title()).put("step", finding.since())
                    .put("text", finding.says()).put("certainty", finding.certainty().name().toLowerCase(Locale.ROOT));
            Answer.texts(each, "evidence", finding.evidence().stream().map(Evidence::toString).toList());
            Answer.put(each, "layer", finding.layer());
            finding.figure().forEach(next -> put(each.withArray("see").addObject(), run, next));
            finding.decides().forEach(next -> put(each.withArray("next").addObject(), run, next));
        }
        Answer.texts(node, "looks", explanation.looks());
        return node.put("command", commands.text(commands.explain(name)));
    }

    private void put(ObjectNode into, Path run, Next next) {
        PageSettings.NextSteps.Worded worded = nextSteps.of(run, next);
        into.put("why", next.why()).put("before", worded.before()).put("command", worded.command());
    }

    /** The mean of an epoch so far ends as the mean of the epoch, and would hide it. */
    private static boolean isSaidTwice(String curve) {
        return curve.startsWith("train/mean-") || curve.endsWith("-so-far");
    }

    private static String label(String curve) {
        return switch (curve) {
            case "evaluation/loss" -> "validation";
            case "train/loss", "train/accuracy" -> "train, step";
            case "train/epoch-loss", "train/epoch-accuracy" -> "train, epoch";
            default -> curve.replaceFirst("^(evaluation|watch|train)/", "");
        };
    }

    private static void put(ObjectNode node, Curve curve) {
        node.put("name", curve.name()).put("label", label(curve.name())).put("kind", curve.kind().name().toLowerCase(Locale.ROOT));
        ArrayNode steps = node.putArray("steps");
        ArrayNode values = node.putArray("values");
        for (int i = 0; i < curve.size(); i++) {
            steps.add(curve.step(i));
            Answer.add(values, curve.value(i));
        }
        if (curve.hasIntervals()) {
            ArrayNode low = node.putArray("low");
            ArrayNode high = node.putArray("high");
            for (int i = 0; i < curve.size(); i++) {
                Answer.add(low, curve.low(i));
                Answer.add(high, curve.high(i));
            }
        }
    }

    /** What is asked of a step. */
    Answer at(String name, long step, String what, Map<String, String> query) throws IOException {
        Path folder = listing.find(name);
        String view = view(query);
        try {
            return switch (what) {
                case "" -> Answer.of(views.at(folder, step, view, (look, reached, nanos) -> step(name, look, reached, nanos)));
                case "boundary" -> {
                    int cells = Fields.count(query, "cells", 48, MOST_CELLS);
                    yield Answer.of(views.at(folder, step, view, (look, reached, nanos) -> boundary(name, look, step, cells)));
                }
                case "rows" -> Answer.of(views.at(folder, step, view, (look, reached, nanos) -> rows(name, look, step, RowsAsked.of(query))));
                case "sheet.png" -> Answer.of(PNG, views.at(folder, step, view, (look, reached, nanos) -> sheet(name, look, step, RowsAsked.of(query))));
                case "tensor" -> Answer.of(views.at(folder, step, view, (look, reached, nanos) -> tensor(name, look, step, path(query))));
                case "tiles.png" -> Answer.of(PNG, views.at(folder, step, view, (look, reached, nanos) -> look.tiles(look.tensor(path(query)))
                        .map(Tiles::png).orElseThrow(() -> Refusal.notThere("this tensor is no row of pictures"))));
                default -> throw Refusal.notThere("there is nothing at this address");
            };
        } catch (IllegalArgumentException e) {
            // The step was never reached, or the part has no rows, or there is no such tensor.
            throw Refusal.notThere(e.getMessage());
        }
    }

    private static String view(Map<String, String> query) {
        String view = query.getOrDefault("view", "");
        if (!view.matches("[A-Za-z0-9-]{0,40}")) {
            throw Refusal.wrong("view: expected letters, digits and -, at most 40, found '" + Printable.brief(view) + "'");
        }
        return view;
    }

    private static String path(Map<String, String> query) {
        return Optional.ofNullable(query.get("path")).orElseThrow(() -> Refusal.wrong("path: expected the path of a tensor, found nothing"));
    }

    private ObjectNode step(String name, RunView look, Reached reached, long nanos) throws IOException {
        ObjectNode node = Answer.object().put("step", reached.step()).put("digest", reached.digest());
        Answer.put(node, "recorded", reached.recorded());
        reached.isEqual().ifPresentOrElse(equal -> node.put("equal", equal), () -> node.putNull("equal"));
        node.put("from", reached.from()).put("replayed", reached.replayed()).put("millis", nanos / 1_000_000);
        Part part = look.measures(Part.VALIDATION).isEmpty() ? Part.TEST : Part.VALIDATION;
        node.put("part", part.text());
        ObjectNode measures = node.putObject("measures");
        List<Map.Entry<String, Estimate>> inOrder = new ArrayList<>(look.measures(part).entrySet());
        inOrder.sort(Comparator.comparingInt(measure -> FIRST.contains(measure.getKey()) ? FIRST.indexOf(measure.getKey()) : FIRST.size()));
        for (Map.Entry<String, Estimate> measure : inOrder) {
            ObjectNode each = measures.putObject(measure.getKey());
            Answer.put(each, "value", measure.getValue().value());
            Answer.put(each, "low", measure.getValue().interval().low());
            Answer.put(each, "high", measure.getValue().interval().high());
        }
        look.confusion(part).ifPresentOrElse(matrix -> put(node.putObject("confusion").put("command",
                commands.text(commands.evaluate(name, reached.step(), part.text()))), matrix, RunShape.of(look).classes()),
                () -> node.putNull("confusion"));
        ArrayNode layers = node.putArray("layers");
        Map<String, Double> statistics = look.layers();
        for (Statistic kind : Statistic.ALL) {
            kind.put(layers, statistics, commands.text(commands.watch(name, reached.step(), kind.watched())));
        }
        return node.put("command", commands.text(commands.at(name, reached.step())));
    }

    private static void put(ObjectNode node, ConfusionMatrix matrix, List<String> classes) {
        Answer.texts(node, "classes", classes);
        ArrayNode counts = node.putArray("counts");
        for (int label = 0; label < matrix.classes(); label++) {
            ArrayNode row = counts.addArray();
            for (int predicted = 0; predicted < matrix.classes(); predicted++) {
                row.add(matrix.count(label, predicted));
            }
        }
    }

    private ObjectNode boundary(String name, RunView look, long step, int cells) {
        Boundary boundary = look.boundary(cells).orElseThrow(() -> Refusal.notThere("the rows of " + name
                + " have more than two features, so there is no boundary to draw"));
        ObjectNode node = Answer.object();
        node.putArray("x").add(boundary.x().from()).add(boundary.x().to());
        node.putArray("y").add(boundary.y().from()).add(boundary.y().to());
        node.put("cells", boundary.cells());
        Answer.texts(node, "classes", boundary.names());
        ArrayNode probability = node.putArray("probability");
        for (int i = 0; i < boundary.best().size(); i++) {
            probability.add(boundary.best().get(i));
            Answer.add(probability, boundary.probability().get(i));
        }
        ArrayNode rows = node.putArray("rows");
        for (Boundary.Point point : boundary.points()) {
            rows.addArray().add(point.x()).add(point.y()).add(point.label()).add(point.part().text()).add(point.row());
        }
        return node.put("command", commands.text(commands.boundary(name, step)));
    }

    /** Which rows a request asks for. */
    private record RowsAsked(Part part, String choice, int count) {
        static RowsAsked of(Map<String, String> query) {
            String part = query.getOrDefault("part", "validation");
            String choice = query.getOrDefault("choice", "worst");
            if (!List.of("worst", "wrong").contains(choice)) {
                throw Refusal.wrong("choice: expected worst or wrong, found '" + Printable.brief(choice) + "'");
            }
            return new RowsAsked(Stream.of(Part.values()).filter(p -> p.text().equals(part)).findFirst()
                    .orElseThrow(() -> Refusal.wrong("part: expected validation, test or train, found '" + Printable.brief(part) + "'")),
                    choice, Fields.count(query, "count", 12, MOST_ROWS));
        }

        String query() {
            return "part=" + part.text() + "&choice=" + choice + "&count=" + count;
        }

        RowChoice rows() {
            return choice.equals("wrong") ? new RowChoice.Wrong(count) : new RowChoice.Worst(count);
        }
    }

    private ObjectNode rows(String name, RunView look, long step, RowsAsked asked) {
        RowTable table = look.rows(asked.part(), asked.rows());
        ObjectNode node = Answer.object();
        ArrayNode rows = node.putArray("rows");
        for (RowTable.Row row : table.rows()) {
            ObjectNode each = rows.addObject().put("row", row.row()).put("label", row.label()).put("prediction", row.prediction());
            Answer.put(each, "probability", row.probability().orElse(Double.NaN));
            Answer.put(each, "loss", row.loss());
        }
        boolean hasSheet = !table.rows().isEmpty() && look.pictures(asked.part()).isPresent();
        Answer.put(node, "sheet", hasSheet ? Optional.of("/api/run/" + Fields.encoded(name) + "/at/" + step + "/sheet.png?" + asked.query())
                : Optional.empty());
        return node.put("command", commands.text(commands.rows(name, step, asked.part().text(), asked.choice(), asked.count())));
    }

    /** The rows as images. */
    private static byte[] sheet(String name, RunView look, long step, RowsAsked asked) {
        RowPictures pictures = look.pictures(asked.part()).orElseThrow(() -> Refusal.notThere("the rows of " + name + " are no images"));
        return ContactSheet.of(name + "@" + step + ": " + asked.part().text() + " rows, " + asked.choice(),
                List.of(look.rows(asked.part(), asked.rows())), table -> pictures).png();
    }

    private ObjectNode tensor(String name, RunView look, long step, String path) {
        TensorView tensor = look.tensor(path);
        ObjectNode node = Answer.object().put("path", tensor.path());
        ArrayNode shape = node.putArray("shape");
        tensor.shape().forEach(shape::add);
        Answer.put(node, "mean", tensor.mean());
        Answer.put(node, "deviation", tensor.deviation());
        Answer.put(node, "min", tensor.least());
        Answer.put(node, "max", tensor.greatest());
        ObjectNode histogram = node.putObject("histogram");
        ArrayNode edges = histogram.putArray("edges");
        tensor.histogram().edges().forEach(edge -> Answer.add(edges, edge));
        ArrayNode counts = histogram.putArray("counts");
        tensor.histogram().counts().forEach(counts::add);
        boolean hasTiles = look.tiles(tensor).isPresent();
        Answer.put(node, "tiles", hasTiles ? Optional.of("/api/run/" + Fields.encoded(name) + "/at/" + step + "/tiles.png?path="
                + Fields.encoded(tensor.path())) : Optional.empty());
        return node.put("command", commands.text(commands.show(name, step, tensor.path())));
    }
}
