package cairn.examples;

import cairn.data.source.BuiltInData;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Relu;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;

/** A net that PyTorch trained, taken over layer by layer: the file has numbers and names, the recipe has the model. */
public final class Pretrained {
    private Pretrained() {
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args.length > 0 ? args[0] : "datasets/pretrained/mnist-cnn.pt");
        Recipe recipe = Recipe.named("pretrained")
                .data(new BuiltInData.Mnist())
                .validation(SplitSize.of(0))
                .model(Conv2d.of(16, 3), new Relu(), MaxPool2d.of(2), Conv2d.of(32, 3), new Relu(), MaxPool2d.of(2), new Flatten(),
                        Dense.of(10))
                .weights(InitialWeights.of(file).withDigest("86958a63440665ae5bf6ce52ea0c8b9cda937d02b6e2780e27e21451d9686f90"))
                .build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            // The conv1, conv2 and fc of the file are found by their order. PyTorch counts 98.48 % too.
            System.out.println(trainer.evaluate(trainer.data().splits().test()).measures().get("accuracy"));
        }
    }
}
