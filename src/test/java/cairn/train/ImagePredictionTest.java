package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import cairn.data.DataSet;
import cairn.data.MalformedDataException;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.data.source.DataSource;
import cairn.data.source.Inputs;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images to predict are read as those of training: a file of the training folder has the row that it had there. */
class ImagePredictionTest {
    @TempDir
    private Path folder;

    /** Colour and grey, PNG, JPEG and BMP, one turned by its EXIF data; all of one size where {@code isEqual}. */
    private void images(String root, boolean isEqual) throws IOException {
        int number = 0;
        for (String name : List.of("cat/a.png", "cat/b.jpg", "cat/c.bmp", "dog/a.png", "dog/b.gif", "dog/turned.png")) {
            int size = isEqual ? 12 : 12 + number;
            BufferedImage image = new BufferedImage(size, isEqual ? size : size + 3,
                    number % 2 == 0 ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
            for (int i = 0; i < image.getWidth() * image.getHeight(); i++) {
                image.setRGB(i % size, i / size, (i * 7919 + number * 104729) & 0xffffff);
            }
            Path file = folder.resolve(root).resolve(name);
            Files.createDirectories(file.getParent());
            ImageIO.write(image, name.substring(name.indexOf('.') + 1), file.toFile());
            if (name.contains("turned")) {
                Files.write(file, turned(Files.readAllBytes(file)));
            }
            number++;
        }
    }

    /** A PNG file with the EXIF orientation 6. */
    private static byte[] turned(byte[] png) {
        byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0};
        ByteBuffer chunk = ByteBuffer.allocate(12 + exif.length).putInt(exif.length).put("eXIf".getBytes(StandardCharsets.US_ASCII)).put(exif);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + exif.length);
        chunk.putInt((int) crc.getValue());
        return ByteBuffer.allocate(png.length + chunk.capacity()).put(png, 0, 33).put(chunk.array()).put(png, 33, png.length - 33).array();
    }

    private static float[] features(DataSet rows, int row) {
        float[] features = new float[rows.featureCount()];
        rows.features(row, features, 0);
        return features;
    }

    @Test
    void everyFileOfTheTrainingFolderHasTheRowThatItHadInTraining() throws IOException {
        images("same", true);
        images("sizes", false);
        for (DataSource.ImageFolder source : List.of(new DataSource.ImageFolder("same", "", false, 0, 0),
                new DataSource.ImageFolder("same", "", true, 0, 0), new DataSource.ImageFolder("same", "", false, 5, 7),
                new DataSource.ImageFolder("sizes", "", false, 9, 6), new DataSource.ImageFolder("sizes", "", true, 9, 6),
                new DataSource.ImageFolder("sizes", "", true, 20, 31))) {
            Recipe recipe = Recipe.named("pets").seed(3).data(source).validation(SplitSize.of(1)).test(SplitSize.of(1)).batchSize(2)
                    .model(new Flatten(), Dense.of(2)).build();
            DataFolders folders = DataFolders.of(folder);
            DataSet all = source.open(folders).train();
            try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, folders))) {
                trainer.trainTo(3);
                Predictor predictor = Predictor.of(recipe, trainer.snapshot());
                float[][] expected = predictor.outputs(all);
                List<float[]> found = new ArrayList<>();
                int row = 0;
                for (String kind : List.of("cat", "dog")) {
                    Path images = folder.resolve(source.folder()).resolve(kind);
                    Inputs inputs = Inputs.read(images, source, predictor.shape(), predictor.labels());
                    found.addAll(Arrays.asList(predictor.outputs(inputs.rows())));
                    for (int i = 0; i < inputs.rows().size(); i++) {
                        Inputs one = Inputs.read(images.resolve(inputs.names().get(i)), source, predictor.shape(), predictor.labels());
                        assertThat(features(one.rows(), 0)).as("%s %s", source, inputs.names().get(i)).isEqualTo(features(all, row))
                                .isEqualTo(features(inputs.rows(), i));
                        row++;
                    }
                }
                Inputs whole = predictor.read(folder.resolve(source.folder()));
                assertThat(whole.names()).hasSize(all.size()).allMatch(name -> name.startsWith("cat/") || name.startsWith("dog/"));
                assertThat(predictor.outputs(whole.rows())).isDeepEqualTo(expected);
                // A matrix product of fewer rows may add in another order.
                for (int i = 0; i < expected.length; i++) {
                    assertThat(found.get(i)).containsExactly(expected[i], offset(1e-4f));
                }
            }
        }
    }

    @Test
    void anImageOfAnotherSizeIsRefusedWhereTrainingDidNotResize() throws IOException {
        images("same", true);
        images("sizes", false);
        DataSource source = new DataSource.ImageFolder("same", "", false, 0, 0);
        DataSet all = source.open(DataFolders.of(folder)).train();
        assertThatThrownBy(() -> Inputs.read(folder.resolve("sizes/cat/b.jpg"), source, all.shape(), all.labels()))
                .isInstanceOf(MalformedDataException.class).hasMessageContainingAll("b.jpg", "expected 12 x 12", "found 16 x 13");
    }

    @Test
    void imagesOfKindsThatCannotBeReadAreNotPassedOver() throws IOException {
        images("same", true);
        DataSource source = new DataSource.ImageFolder("same", "", false, 0, 0);
        DataSet all = source.open(DataFolders.of(folder)).train();
        Files.write(folder.resolve("same/cat/phone.heic"), new byte[9]);
        assertThatThrownBy(() -> Inputs.read(folder.resolve("same/cat"), source, all.shape(), all.labels()))
                .isInstanceOf(MalformedDataException.class).hasMessageContaining("phone.heic");
        // The pixels of digits go from 0 to 16.
        float[] grey = features(Inputs.read(folder.resolve("same/dog/a.png"), new BuiltInData.Mnist(), new long[] {12, 12, 1}, all.labels()).rows(), 0);
        float[] digit = features(Inputs.read(folder.resolve("same/dog/a.png"), new BuiltInData.Digits(), new long[] {12, 12, 1}, all.labels())
                .rows(), 0);
        for (int i = 0; i < grey.length; i++) {
            assertThat(digit[i]).isEqualTo(Math.round(grey[i] * 16 / 255.0));
        }
    }
}
