package cairn.interop.torch;

import cairn.interop.file.RuleState;
import cairn.nn.Layer;
import cairn.nn.layer.BatchNorm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Source text in Python that builds, in PyTorch, a model of here and the optimizer of its training. */
public final class TorchCode {
    private static final Map<String, String> CLASSES = new LinkedHashMap<>();

    static {
        CLASSES.put("Residual", """
                class Residual(nn.Module):
                    def __init__(self, body, projection):
                        super().__init__()
                        self.body = body
                        self.projection = projection

                    def forward(self, x):
                        return self.body(x) + self.projection(x)
                """);
        CLASSES.put("ChannelsLast", """
                class ChannelsLast(nn.Sequential):
                    def forward(self, x):
                        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
                """);
        CLASSES.put("ChannelsFirst", """
                class ChannelsFirst(nn.Sequential):
                    def forward(self, x):
                        return super().forward(x.movedim(-1, 1)).movedim(1, -1)
                """);
        CLASSES.put("Reshape", """
                class Reshape(nn.Module):
                    \"""Takes numbers in the order (height, width, channel). A vector of an image has them in (channel, height, width).\"""

                    def __init__(self, shape, image=()):
                        super().__init__()
                        self.shape, self.image = shape, image

                    def forward(self, x):
                        if self.image:
                            x = x.reshape(-1, self.image[2], self.image[0], self.image[1])
                        if x.dim() == 4:
                            x = x.permute(0, 2, 3, 1)
                        x = x.reshape(-1, *self.shape)
                        return x.permute(0, 3, 1, 2) if x.dim() == 4 else x
                """);
        CLASSES.put("EdgeAverage", """
                class EdgeAverage(nn.Module):
                    \"""The average of each window without its padding.\"""

                    def __init__(self, window, stride, pad):
                        super().__init__()
                        self.pool, self.pad = nn.AvgPool2d(window, stride), pad

                    def forward(self, x):
                        pad = lambda t: nn.functional.pad(t, self.pad)
                        return self.pool(pad(x)) / self.pool(pad(torch.ones_like(x[:1])))
                """);
    }

    private TorchCode() {
    }

    /**
     * Source text that ends with a {@code model} whose {@code load_state_dict} takes what {@link TorchWriter} writes.
     *
     * @param row the shape of a row of the input
     * @throws IllegalArgumentException if PyTorch has no modules for a layer, naming it
     */
    public static String of(Layer model, long[] row) {
        TorchNode node = TorchModel.of(model, row);
        Set<String> types = new TreeSet<>();
        node.types(types);
        StringBuilder code = new StringBuilder("import torch\nfrom torch import nn\n\n");
        CLASSES.forEach((name, source) -> code.append(types.contains(name) ? "\n" + source + "\n" : ""));
        if (row.length == 3) {
            code.append("\n# Images are [batch, channels, height, width]. From [batch, height, width, channels]: x.permute(0, 3, 1, 2)");
        }
        code.append("\nmodel = ").append(node.code("")).append('\n');
        if (model.outputShape(row).length == 3) {
            code.append("# Its output is [batch, channels, height, width]; back: y.permute(0, 2, 3, 1)\n");
        }
        return code.toString();
    }

    /** Source text that makes the {@code optimizer} of {@code model}, whose {@code load_state_dict} takes the state that is written. */
    public static String of(Layer model, long[] row, RuleState rule) {
        TorchOptim.Kind kind = TorchOptim.kind(rule.rule());
        StringBuilder settings = new StringBuilder();
        TorchOptim.constructed(rule).forEach((name, value) -> settings.append(", ").append(name).append('=').append(value));
        boolean isPart = !rule.frozen().isEmpty();
        String trained = isPart ? "trained" : "model.parameters()";
        String groups = TorchOptim.decays(rule) ? "[{\"params\": [p for p in " + trained + " if p.dim() > 1]},\n"
                + "     {\"params\": [p for p in " + trained + " if p.dim() == 1], \"weight_decay\": 0.0}]" : trained;
        return (isPart ? frozen(model, row, rule) : "") + "optimizer = torch.optim." + kind.name() + "(\n    " + groups + settings + ")\n";
    }

    private static String frozen(Layer model, long[] row, RuleState rule) {
        StringBuilder code = new StringBuilder();
        StringBuilder norms = new StringBuilder();
        TorchNames.owners(model, row).forEach((module, part) -> part.layer().parameters(part.in()).forEach(parameter -> {
            if (rule.frozen().contains(TorchNames.path(part, parameter.name()))) {
                String name = TorchNames.name(module, parameter.name());
                code.append("model.get_parameter(\"").append(name).append("\").requires_grad_(False)\n");
                if (part.layer() instanceof BatchNorm && norms.indexOf("(\"" + module + "\")") < 0) {
                    norms.append("model.get_submodule(\"").append(module).append("\").eval()  # again after each model.train()\n");
                }
            }
        }));
        return code.append(norms).append("trained = [p for p in model.parameters() if p.requires_grad]\n").toString();
    }
}
