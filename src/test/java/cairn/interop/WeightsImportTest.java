package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.States;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.StepNames;
import cairn.disk.RealDisk;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        return WeightsImport.read(file, new RealDisk()).own().orElseThrow();
    }

    @Test
    void tensorsOfAnotherProgramKeepTheirNamesAndTheDigestIsTheFiles() throws Exception {
        Path file = file("{'fc1.weight':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                + "'Encoder/Dense 0':{'dtype':'F32','shape':[1],'data_offsets':[24,28]}}", 7);
        WeightsImport.Imported imported = WeightsImport.read(file, new RealDisk());
        assertThat(imported.own()).isEmpty();
        assertThat(imported.foreign().orElseThrow().tensors()).containsOnlyKeys("fc1.weight", "Encoder/Dense 0");
        assertThat(imported.digest()).isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
    }

    @Test
    void anExportAndACheckpointAreReadUnderTheirOwnNames() throws IOException {
        Checkpoint checkpoint = Checkpoint.of(3, States.everything(5).rename(path -> "model/" + path).overlay(States.everything(6)));
        State model = checkpoint.state().select("model");
        for (String name : List.of("export.safetensors", "export.npz")) {
            Path export = folder.resolve(name);
            WeightsExport.write(checkpoint, export, new RealDisk());
            assertThat(read(export).entries()).isNotEmpty().allSatisfy((path, value) -> assertThat(value).isEqualTo(model.entries().get(path)));
            assertThat(read(export).entries()).hasSameSizeAs(model.entries().values().stream().filter(Value.Tensor.class::isInstance).toList());
        }
        try (DirectoryStore store = DirectoryStore.writing(folder.resolve("run"), new RealDisk())) {
            store.commit(checkpoint);
        }
        WeightsImport.Imported whole = WeightsImport.read(folder.resolve("run").resolve(StepNames.checkpoint(3)), new RealDisk());
        assertThat(whole.own().orElseThrow()).isEqualTo(checkpoint.state());
        assertThat(whole.digest()).isEqualTo(checkpoint.state().digest());
    }
}
