package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.States;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.StepNames;
import cairn.disk.RealDisk;
import cairn.state.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights of other programs, and of this one. */
class WeightsImportTest {
    @TempDir
    Path folder;

    /** A file as any program may write it: the header neither padded nor aligned, numbers 0, 1, 2, ... */
    private Path file(String json, int floats) throws IOException {
        byte[] head = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + head.length + 4 * floats).order(ByteOrder.LITTLE_ENDIAN).putLong(head.length).put(head);
        for (int i = 0; i < floats; i++) {
            bytes.putFloat(i);
        }
        return Files.write(folder.resolve("weights.safetensors"), bytes.array());
    }

    private static State read(Path file) throws IOException {
        return WeightsImport.read(file, new RealDisk()).state();
    }

    private static double[] numbers(State state, String path) {
        var tensor = state.tensor(path);
        double[] all = new double[(int) tensor.size()];
        java.util.Arrays.setAll(all, tensor::get);
        return all;
    }

    @Test
    void namesBecomePathsAndTheDigestIsTheFiles() throws Exception {
        Path file = file("{'fc1.weight':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                + "'Encoder/Dense 0'".replace(' ', '_') + ":{'dtype':'F32','shape':[1],'data_offsets':[24,28]}}", 7);
        WeightsImport.Imported imported = WeightsImport.read(file, new RealDisk());
        assertThat(imported.state().entries()).containsOnlyKeys("model/fc1/weight", "model/encoder/dense_0");
        assertThat(numbers(imported.state(), "model/fc1/weight")).as("as it stands").containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(imported.digest()).isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
    }

    @Test
    void pyTorchsMatricesAndKernelsAreTurnedAndItsNormalizationsRenamed() throws IOException {
        State state = read(file("{'__metadata__':{'format':'pt'},"
                + "'0.weight':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                + "'1.weight':{'dtype':'F32','shape':[2],'data_offsets':[24,32]},"
                + "'1.bias':{'dtype':'F32','shape':[2],'data_offsets':[32,40]},"
                + "'1.running_mean':{'dtype':'F32','shape':[2],'data_offsets':[40,48]},"
                + "'2.weight':{'dtype':'F32','shape':[2,1,1,3],'data_offsets':[48,72]}}", 18));
        assertThat(state.tensor("model/0/weight").shape()).containsExactly(3, 2);
        assertThat(numbers(state, "model/0/weight")).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(state.entries()).containsKeys("model/1/gamma", "model/1/beta", "model/1/running-mean");
        assertThat(state.tensor("model/2/weight").shape()).as("[out, in, h, w] to [h, w, in, out]").containsExactly(1, 3, 1, 2);
        assertThat(numbers(state, "model/2/weight")).containsExactly(12, 15, 13, 16, 14, 17);
    }

    /** Any two tensors that would have one name here: the message has both names, and none of the two is taken silently. */
    @ParameterizedTest
    @CsvSource({"bn.weight, bn.gamma", "bn.gamma, bn.weight", "bn.bias, bn.beta", "bn.beta, bn.bias", "bn.running_mean, bn.running-mean",
        "bn.running-var, bn.running_var"})
    void twoTensorsOfPyTorchThatWouldHaveOneNameAreRefusedWithBothNames(String one, String other) throws IOException {
        StringBuilder json = new StringBuilder("{'__metadata__':{'format':'pt'}");
        int at = 0;
        for (String name : new java.util.LinkedHashSet<>(java.util.List.of(one, other, "bn.weight"))) {
            json.append(",'").append(name).append("':{'dtype':'F32','shape':[1],'data_offsets':[").append(at).append(',').append(at + 4)
                    .append("]}");
            at += 4;
        }
        Path file = file(json.append('}').toString(), at / 4);
        assertThatThrownBy(() -> read(file)).isInstanceOf(DamagedCheckpointException.class).hasMessageContainingAll(file.toString(),
                "two tensors would have this path: " + one + " and " + other);
    }

    @Test
    void anExportAndACheckpointAreReadUnderTheirOwnNames() throws IOException {
        Checkpoint checkpoint = Checkpoint.of(3, States.everything(5).rename(path -> "model/" + path).overlay(States.everything(6)));
        State model = checkpoint.state().select("model");
        Path export = folder.resolve("export.safetensors");
        WeightsExport.write(checkpoint, export, new RealDisk());
        assertThat(read(export).entries()).isNotEmpty().allSatisfy((path, value) -> assertThat(value).isEqualTo(model.entries().get(path)));
        assertThat(read(export).entries()).hasSameSizeAs(model.entries().values().stream().filter(cairn.state.Value.Tensor.class::isInstance).toList());
        try (DirectoryStore store = DirectoryStore.writing(folder.resolve("run"), new RealDisk())) {
            store.commit(checkpoint);
        }
        WeightsImport.Imported whole = WeightsImport.read(folder.resolve("run").resolve(StepNames.checkpoint(3)), new RealDisk());
        assertThat(whole.state()).isEqualTo(checkpoint.state());
        assertThat(whole.digest()).isEqualTo(checkpoint.state().digest());
    }

    @Test
    void whatCannotBeReadIsRefusedWithThePlace() throws IOException {
        for (Map.Entry<String, String> wrong : Map.of(
                "{'w':{'dtype':'F16','shape':[2],'data_offsets':[0,4]}}", "Convert it to F32",
                "{'w':{'dtype':'F32','shape':[9],'data_offsets':[0,4]}}", "takes 36 bytes",
                "{'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}", "without a hole",
                "{'w w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", "no state path",
                "{'a.W':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},'a.w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", "two tensors",
                "{'w':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}", "negative",
                "{'w':3}", "expected").entrySet()) {
            Path file = file(wrong.getKey(), 1);
            assertThatThrownBy(() -> read(file)).as(wrong.getKey()).isInstanceOf(DamagedCheckpointException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining(wrong.getValue());
        }
        Path huge = Files.write(folder.resolve("huge"), new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, '{'});
        assertThatThrownBy(() -> read(huge)).isInstanceOf(DamagedCheckpointException.class).hasMessageContaining("it claims");
    }

    /** Every byte of a file turned, and every length cut: an answer or a refusal with a place, never another exception. */
    @Test
    void noByteOfAForeignFileIsTrusted() throws IOException {
        Path file = file("{'__metadata__':{'format':'pt'},'0.weight':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                + "'0.bias':{'dtype':'F32','shape':[2],'data_offsets':[24,32]}}", 8);
        byte[] good = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < good.length; i++) {
            for (int bit : new int[] {0, 4, 7}) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << bit);
                refused += refuses(file, bad) ? 1 : 0;
            }
            ByteArrayOutputStream cut = new ByteArrayOutputStream();
            cut.write(good, 0, i);
            assertThat(refuses(file, cut.toByteArray())).as("cut at " + i).isTrue();
        }
        assertThat(refused).isGreaterThan(good.length);
    }

    private static boolean refuses(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            read(file);
            return false;
        } catch (DamagedCheckpointException e) {
            assertThat(e).hasMessageContaining(file.toString());
            return true;
        }
    }
}
