package cairn.browser;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The runs that the tests look at: short ones of every kind, and one with a name that is code in a page. */
final class Runs {
    static final String POINTS = "arms";
    static final String IMAGES = "digits";
    static final String TABLE = "flowers";
    static final String BRANCH = "slower";
    /** A branch that is not at its end. */
    static final String BEGUN = "begun";
    /** With a learning rate that is too high. */
    static final String ILL = "ill";
    static final String HOSTILE = "<script>alert('run')<";
    /** Steps of an epoch of {@link #POINTS}, and of its whole training. */
    static final long EPOCH = 12;
    static final long LAST = 120;

    private Runs() {
    }

    static void train(Path folder, Path scratch) throws IOException {
        train(folder, scratch, POINTS, "arms", 4);
        cairn("branch", POINTS + "@60", BRANCH, "--set", "optimizer.learning-rate=0.001", "--dir", folder.toString());
        cairn("resume", BRANCH, "--dir", folder.toString(), "--steps", "96");
        cairn("branch", POINTS + "@60", BEGUN, "--set", "seed=7", "--dir", folder.toString());
        cairn("train", "digits", "--dir", folder.toString(), "--steps", "120");
        cairn("train", "iris", "--dir", folder.toString(), "--steps", "60", "--run", TABLE);
        cairn("train", "iris", "--dir", folder.toString(), "--epochs", "40", "--run", ILL, "--set", "optimizer.learning-rate=10.0");
        train(folder, scratch, "code", "code", 1);
        Files.move(folder.resolve("code"), folder.resolve(HOSTILE));
    }

    private static void train(Path folder, Path scratch, String run, String recipe, int epochsBetweenSaves) throws IOException {
        Path file = scratch.resolve(run + ".yaml");
        Files.writeString(file, """
                # Three arms. <script>alert('recipe')</script><img src=x onerror=alert(2)>
                name: '%s'
                seed: 42
                data: {set: spirals, rows: 900, classes: 3, noise: 0.05, batch-size: 50, validation: 90, test: 210}
                model:
                  - dense: {units: 32}
                  - gelu
                  - dense: {units: 16}
                  - relu
                  - dense: {units: 3}
                loss: softmax-cross-entropy
                optimizer: {rule: adam, learning-rate: 0.02}
                evaluate: {every: 1ep}
                run: {epochs: 10, save-every: '%dep', keep: all}
                """.formatted(recipe, epochsBetweenSaves));
        cairn("train", file.toString(), "--dir", folder.toString(), "--run", run);
    }

    static void cairn(String... words) {
        Cairn.Result result = Cairn.run(words);
        assertThat(result.exit()).as(Stream.of(words).toList() + "\n" + result.out() + result.err()).isIn(List.of(0));
    }
}
