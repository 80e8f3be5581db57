package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.nn.init.He;
import cairn.state.ElementType;
import java.util.Arrays;
import java.util.List;

/** Every layer, with the settings and inputs on which laws are tested and other programs judge. A new layer is one line of {@link #all}. */
public final class LayerCases {
    private LayerCases() {
    }

    /** @param rowsIndependent whether a row of output depends only on its own row of input */
    public record Case(Layer layer, int batch, boolean rowsIndependent, long... in) {
        Bench bench(ElementType type) {
            return new Bench(layer, in, batch, type);
        }

        @Override
        public String toString() {
            return layer + " on " + batch + " x " + Arrays.toString(in);
        }
    }

    private static Case of(Layer layer, long... in) {
        return new Case(layer, 3, true, in);
    }

    private static Case mixing(Layer layer, int batch, long... in) {
        return new Case(layer, batch, false, in);
    }

    /** One line for each layer and setting. */
    public static List<Case> all() {
        return List.of(
                of(Dense.of(4), 5),
                of(Dense.of(4), 3, 2, 2),
                of(new Dense(3, false, new He()), 1),
                of(Conv2d.of(3, 3), 5, 4, 2),
                of(new Conv2d(2, 2, 2, Padding.VALID, 1, true, new He()), 5, 6, 3),
                of(new Conv2d(3, 3, 2, Padding.SAME, 1, false, new He()), 5, 6, 1),
                of(new Conv2d(2, 2, 1, Padding.SAME, 2, true, new He()), 4, 5, 2),
                of(new Conv2d(2, 3, 1, Padding.VALID, 2, false, new He()), 6, 5, 2),
                of(MaxPool2d.of(2), 4, 5, 3),
                of(new MaxPool2d(3, 2, Padding.SAME), 5, 6, 2),
                of(AveragePool2d.of(2), 4, 5, 3),
                of(new AveragePool2d(3, 2, Padding.SAME), 5, 6, 2),
                of(new GlobalAveragePool2d(), 4, 3, 5),
                of(new Flatten(), 2, 3, 2),
                of(Reshape.of(4, 3, 1), 12),
                mixing(BatchNorm.of(), 6, 5),
                mixing(BatchNorm.of(), 2, 3, 2, 4),
                mixing(new BatchNorm(1, 1e-3), 3, 2),
                mixing(BatchNorm.of(), 1, 5),
                of(LayerNorm.of(), 6),
                of(new LayerNorm(1e-2), 3, 2, 5),
                of(Dropout.of(0.4), 30),
                of(Dropout.of(0), 4),
                of(new Relu(), 4, 5),
                of(LeakyRelu.of(), 12),
                of(new LeakyRelu(0), 12),
                of(new LeakyRelu(-0.5), 2, 3),
                of(Elu.of(), 12),
                of(new Elu(0.3), 2, 3),
                of(Gelu.of(), 12),
                of(new Gelu(Gelu.Form.TANH), 12),
                of(new Silu(), 12),
                of(new Sigmoid(), 12),
                of(new Tanh(), 3, 4),
                of(new Softplus(), 12),
                of(new Softmax(), 5),
                of(new Softmax(), 2, 3, 4),
                of(Residual.of(Dense.of(4), new Tanh()), 4),
                of(Residual.of(new Flatten()), 4),
                of(Residual.of(new Tanh(), Reshape.of(2, 3)), 2, 3),
                of(new Residual(List.of(Dense.of(3), new Tanh(), Dense.of(2)), List.of(Dense.of(2))), 4),
                of(new Residual(List.of(new Flatten()), List.of(new Tanh(), new Flatten())), 2, 3),
                of(Residual.of(Residual.of(Dense.of(3), new Sigmoid()), new Tanh(), Residual.of(Dense.of(3))), 3),
                of(Sequential.of(), 3),
                of(Sequential.of(Dense.of(5), new Tanh(), Sequential.of(Dense.of(2), new Sigmoid())), 4),
                mixing(everything(), 3, 6, 6, 2));
    }

    /** Convolution, normalization, pooling, both kinds of residual blocks, dropout, dense. */
    private static Layer everything() {
        return Sequential.of(
                Conv2d.of(4, 3), BatchNorm.of(), new Relu(), MaxPool2d.of(2),
                Residual.of(Conv2d.of(4, 3), BatchNorm.of(), new Silu(), Conv2d.of(4, 3)),
                new Residual(List.of(new Conv2d(3, 3, 2, Padding.SAME, 1, false, new He()), LayerNorm.of(), Gelu.of()),
                        List.of(new Conv2d(3, 1, 2, Padding.SAME, 1, false, new He()))),
                new Flatten(), Dropout.of(0.3), Dense.of(5), Elu.of(), Dense.of(3));
    }
}
