package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.data.source.DataSource;
import cairn.data.source.LoadedData;
import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.nn.layer.Dense;
import cairn.nn.loss.Huber;
import cairn.nn.loss.MeanAbsoluteError;
import cairn.nn.loss.MeanSquaredError;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Rows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss with every kind of labels: a number of outputs that does not fit is refused before anything is trained. */
class LossFitTest {
    private static final int MOST_OUTPUTS = 4;

    /** A loss of a user that checks nothing. */
    record Careless() implements Loss {
        @Override
        public void check(long outputs, int classes) {
        }

        @Override
        public void wire(LossWiring t) {
            t.forward(Rows.sumOverColumns(t.x(), t.rowLoss()));
            t.backward(() -> Elementwise.copy(t.target(), t.dx()));
        }
    }

    /** Rows of a user with these labels. */
    record Own(Labels labels, int first) implements DataSource {
        @Override
        public LoadedData open(DataFolders folders) {
            float[] x = new float[80];
            for (int i = 0; i < x.length; i++) {
                x[i] = i % 7;
            }
            if (labels instanceof Labels.Classes classes) {
                int[] kinds = new int[40];
                for (int i = 0; i < kinds.length; i++) {
                    kinds[i] = i == 0 ? first : i % classes.width();
                }
                return new LoadedData(Table.ofFloats("own", new long[] {2}, x, classes, kinds), Optional.empty());
            }
            return new LoadedData(Table.ofFloats("own", new long[] {2}, x, (Labels.Reals) labels,
                    new float[40 * labels.width()]), Optional.empty());
        }
    }

    static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (Loss loss : List.of(SoftmaxCrossEntropy.of(), new SigmoidCrossEntropy(), new MeanSquaredError(), new MeanAbsoluteError(),
                Huber.of(), new Careless())) {
            for (Labels labels : List.of(new Labels.Classes(List.of("cat", "dog")), Labels.Classes.numbered(3), new Labels.Reals(1),
                    new Labels.Reals(2))) {
                for (int outputs = 1; outputs <= MOST_OUTPUTS; outputs++) {
                    all.add(Arguments.of(loss, labels, outputs));
                }
            }
        }
        return all.stream();
    }

    private static Trainer trainer(Loss loss, DataSource rows, int outputs) throws IOException {
        return Trainer.fresh(Recipe.named("fit").data(rows).batchSize(8).model(Dense.of(outputs)).loss(loss).build());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void onlyAsManyOutputsAsLabelsAreTrained(Loss loss, Labels labels, int outputs) throws IOException {
        boolean isClasses = labels instanceof Labels.Classes;
        if (outputs == labels.width() && (isClasses || !(loss instanceof SoftmaxCrossEntropy))) {
            try (Trainer trainer = trainer(loss, new Own(labels, 0), outputs)) {
                assertThat(trainer.step().step()).isEqualTo(1);
            }
            return;
        }
        assertThatThrownBy(() -> trainer(loss, new Own(labels, 0), outputs)).isInstanceOf(RecipeException.class)
                .satisfies(e -> assertThat(e.getMessage()).containsAnyOf("the model gives " + outputs + " outputs for " + labels.width()
                        + (isClasses ? " classes" : " targets"), "needs classes"));
    }

    /** Where the number is wrong, the classes are named, and those that look alike are told apart. */
    @Test
    void theClassesAreNamedAsTheyAre() {
        assertThatThrownBy(() -> trainer(SoftmaxCrossEntropy.of(), new Own(new Labels.Classes(List.of("cat", "cat\u00a0", "dog")), 0), 2))
                .hasMessageContaining("2 outputs for 3 classes; the classes are [cat, cat\\u00a0, dog],"
                        + " of which 'cat' and 'cat\\u00a0' look alike");
        assertThatThrownBy(() -> trainer(SoftmaxCrossEntropy.of(), new BuiltInData.Digits(), 2)).hasMessageNotContaining("the classes are");
    }

    /** A label that is no class is named with its row, whatever the loss. */
    @ParameterizedTest
    @MethodSource("cases")
    void aLabelThatIsNoClassIsNamedWithItsRow(Loss loss, Labels labels, int outputs) {
        if (labels instanceof Labels.Classes && outputs == labels.width()) {
            for (int label : new int[] {-1, outputs, 1000}) {
                assertThatThrownBy(() -> trainer(loss, new Own(labels, label), outputs)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("own, row 0: class " + label + " is not one of the " + outputs);
            }
        }
    }
}
