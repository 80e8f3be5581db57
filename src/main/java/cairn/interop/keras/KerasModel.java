package cairn.interop.keras;

import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.ForeignFileException;
import cairn.nn.Layer;
import cairn.nn.layer.Residual;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The model of a configuration in layers of here. */
final class KerasModel {
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> modules = new LinkedHashMap<>();

    private KerasModel() {
    }

    /** @throws ForeignFileException listing everything that is unknown here */
    static FileModel of(KerasLayer model, String file) throws ForeignFileException {
        if (!model.isModel()) {
            throw new ForeignFileException(file, "model", "is of the class " + model.type() + ", and its code is not in the file; expected"
                    + " Sequential or Functional with layers");
        }
        return KerasFile.<FileModel, ForeignFileException>guarded(file, () -> new KerasModel().read(model, file));
    }

    private FileModel read(KerasLayer model, String file) throws ForeignFileException {
        List<KerasGraph.Step> steps = KerasGraph.steps(model, problems);
        long[] row = row(model);
        List<Layer> layers = new ArrayList<>();
        if (row.length == 0) {
            problems.add("the model: the shape of its input is not stated");
        }
        if (problems.isEmpty()) {
            layers(steps, "", new Rows(Optional.of(row)), layers);
        } else {
            // The layers are no chain, but what is unknown of each by itself is said too.
            model.leaves().filter(layer -> !layer.type().equals("Add")).forEach(
                    layer -> LayerReading.of(layer, new Rows(Optional.empty()), problems, notes));
        }
        if (problems.isEmpty() && layers.isEmpty()) {
            problems.add("the model: has no layers that compute anything");
        }
        if (!problems.isEmpty()) {
            throw ForeignFileException.listing(file, "the model has parts that are not known here:", problems);
        }
        return new FileModel(row, layers, modules, notes);
    }

    /** The shape of the rows that reach a layer, as long as it is known. */
    static final class Rows {
        private Optional<long[]> shape;

        Rows(Optional<long[]> shape) {
            this.shape = shape;
        }

        Optional<long[]> shape() {
            return shape;
        }

        void pass(Layer layer) {
            shape = shape.map(layer::outputShape);
        }

        void lose() {
            shape = Optional.empty();
        }
    }

    /** Adds the layers of {@code steps}. A layer's first part has the tensors, others are its activation. */
    private void layers(List<KerasGraph.Step> steps, String prefix, Rows rows, List<Layer> layers) {
        for (KerasGraph.Step step : steps) {
            if (step instanceof KerasGraph.One one) {
                List<Layer> parts = LayerReading.of(one.layer(), rows, problems, notes);
                if (!parts.isEmpty() && LayerTensors.kind(one.layer().type()) != Kind.OTHER) {
                    modules.put(prefix + layers.size() + "." + parts.get(0).kind(), one.layer().path());
                }
                layers.addAll(parts);
            } else if (step instanceof KerasGraph.Sum sum) {
                residual(sum, prefix + layers.size() + ".residual/", rows).ifPresent(layers::add);
            }
        }
    }

    private Optional<Layer> residual(KerasGraph.Sum sum, String prefix, Rows rows) {
        List<Layer> body = new ArrayList<>();
        List<Layer> beside = new ArrayList<>();
        Rows through = new Rows(rows.shape());
        Rows past = new Rows(rows.shape());
        layers(sum.body(), prefix + "body/", through, body);
        layers(sum.beside(), prefix + "projection/", past, beside);
        boolean isKnown = through.shape().isPresent() && past.shape().isPresent();
        if (body.isEmpty()) {
            if (isKnown) {
                problems.add(sum.add().path() + " (Add): adds a tensor to itself; expected a chain of layers on one side");
            }
        } else if (isKnown) {
            Layer residual = new Residual(body, beside);
            try {
                rows.pass(residual);
                return Optional.of(residual);
            } catch (IllegalArgumentException e) {
                problems.add(sum.add().path() + " (Add): " + e.getMessage());
            }
        }
        rows.lose();
        return Optional.empty();
    }

    /** The sizes of a row; empty if they are not stated. */
    private static long[] row(KerasLayer model) {
        KerasLayer first = model;
        List<JsonNode> places = new ArrayList<>();
        while (first.isModel()) {
            places.add(first.entry().path("build_config").path("input_shape"));
            places.add(first.entry().path("config").path("build_input_shape"));
            first = first.layers().get(0);
        }
        places.add(0, first.setting("batch_input_shape"));
        places.add(0, first.setting("batch_shape"));
        places.add(first.entry().path("build_config").path("input_shape"));
        for (JsonNode place : places) {
            long[] row = new long[Math.max(0, place.size() - 1)];
            boolean isStated = row.length > 0;
            for (int i = 0; i < row.length; i++) {
                row[i] = place.get(i + 1).asLong(0);
                isStated &= place.get(i + 1).canConvertToInt() && row[i] > 0;
            }
            if (isStated) {
                return row;
            }
        }
        return new long[0];
    }
}
