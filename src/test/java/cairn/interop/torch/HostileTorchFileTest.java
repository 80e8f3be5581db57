package cairn.interop.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.interop.file.ForeignFileException;
import cairn.random.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that PyTorch never wrote: whatever they are, the reader gives a result or says what is wrong. */
class HostileTorchFileTest {
    private static final int MUTATIONS = 1500;

    @TempDir
    Path folder;

    private static Map<String, byte[]> entries(String name) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(TorchSamples.FOLDER.resolve(name).toFile())) {
            for (var all = zip.entries(); all.hasMoreElements();) {
                ZipEntry entry = all.nextElement();
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private Path archive(Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve("hostile.pt");
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(e.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(e.getValue());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(e.getValue());
            }
        }
        return file;
    }

    private void read(byte[] pickle) throws IOException {
        TorchSamples.read(archive(Map.of("a/data.pkl", pickle, "a/data/0", new byte[16])), "");
    }

    /** Bytes of a pickle: text as it stands, {@code \\xNN} as a byte. */
    private static byte[] pickle(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x80, 2});
        bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    /** A dict with one tensor "a" of a storage of 4 floats. */
    private static String tensor(String offset, String shape, String strides) {
        return "}X\1\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0X\3\0\0\0cpuK\4tQ"
                + offset + shape
                + strides + "\u0089}tRs.";
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.13/conv.pt", "2.13/lightning.pt", "2.13/odd.pt", "law/nadam-float32.pt", "2.13/optimizer-named.pt"})
    void mutatedPicklesGiveAResultOrAMessage(String name) throws IOException {
        Map<String, byte[]> entries = entries(name);
        String pickle = entries.keySet().stream().filter(n -> n.endsWith("data.pkl")).findFirst().orElseThrow();
        byte[] good = entries.get(pickle);
        int results = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Key key = Key.of(14).fold(name).fold(i);
            byte[] bad = good.clone();
            int changes = 1 + (int) (key.fold("changes").bits(0) & 3);
            for (int c = 0; c < changes; c++) {
                int at = (int) Long.remainderUnsigned(key.fold("at").bits(c), bad.length);
                // Half of the new bytes come from the file itself, because they are operations more often.
                long value = key.fold("value").bits(c);
                bad[at] = (value & 1) == 0 ? (byte) (value >> 8) : good[(int) Long.remainderUnsigned(value >>> 1, good.length)];
            }
            entries.put(pickle, bad);
            try {
                TorchSamples.read(archive(entries), "");
                results++;
            } catch (IOException e) {
                assertThat(e).isInstanceOf(ForeignFileException.class).hasMessageStartingWith("cannot read ");
            }
        }
        assertThat(results).as("mutations of texts and numbers alone are harmless").isBetween(MUTATIONS / 50, MUTATIONS * 9 / 10);
    }

    @Test
    void aTensorMadeByHandIsRead() throws IOException {
        read(pickle(tensor("K\0", "K\2K\2\u0086", "K\2K\1\u0086")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"K\1|K\2K\2\u0086|K\2K\1\u0086", "J\u00ff\u00ff\u00ff\u00ff|K\2K\2\u0086|K\2K\1\u0086",
            "K\0|K\2K\2\u0086|K\3K\1\u0086",
        "K\0|K\2K\2\u0086|J\u00ff\u00ff\u00ff\u00ffK\1\u0086",
        "K\0|\u008a\b\0\0\0\0\0\0\0\100\u008a\b\0\0\0\0\0\0\0\100\u0086|K\0K\0\u0086",
        "K\0|J\0\0\0\177J\0\0\0\177\u0086|K\0K\0\u0086", "K\0|K\2K\2\u0086|K\1\u0085", "K\0|K\2\u0088\u0086|K\1K\1\u0086",
        "N|K\2\u0085|K\1\u0085"})
    void viewsBeyondTheStorageAreRefused(String parts) {
        String[] part = parts.split("\\|");
        assertThatThrownBy(() -> read(pickle(tensor(part[0], part[1], part[2])))).isInstanceOf(ForeignFileException.class);
    }

    @Test
    void aListThatContainsItselfIsRefused() {
        assertThatThrownBy(() -> read(pickle("}X\1\0\0\0a]q\0h\0as."))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("a list or dict contains itself");
        assertThatThrownBy(() -> read(pickle("}q\0X\1\0\0\0ah\0s."))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("a list or dict contains itself");
    }

    @Test
    void depthAndTheNumberOfPlacesAreBounded() {
        assertThatThrownBy(() -> read(pickle("]".repeat(100_000) + "a".repeat(99_999) + "."))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("more than 64 deep");
        // Each list holds the one before it twice: 2^40 places.
        StringBuilder doubled = new StringBuilder("]q\0");
        for (int i = 0; i < 40; i++) {
            doubled.append("](h").append((char) i).append('h').append((char) i).append("eq").append((char) (i + 1));
        }
        assertThatThrownBy(() -> read(pickle(doubled + "."))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("named objects");
        assertThatThrownBy(() -> read(pickle("(".repeat(9_000_000)))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("more than 8000000 operations");
        assertThatThrownBy(() -> read(pickle("]".repeat(3_000_000)))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("more than 2000000 objects");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "R.", "(t", "h\5.", "j\u00ff\u00ff\u00ff\u00ff.", "X\u00ff\u00ff\u00ff\u007fa.",
            "X\u00ff\u00ff\u00ff\u00ffa.", "K\1K\2s.",
        "]K\1u.", "cos\nsystem\nX\2\0\0\0ls\u0085R.", "c__builtin__\ngetattr\n.", "ctorch\nload\n.", "\u0081.", "\u0093.", "i.", "o.",
        "P1\n.",
        "ccollections\nOrderedDict\nK\1R.", "ctorch\nSize\n)R)R.", "K\1}b.", "e.", "Q.", "K\1Q.", "ctorch\nFloatStorage\n)R.",
        "ctorch._tensor\n_rebuild_from_type_v2\n(h\0tR.", "N.", "}.", "K\1.", "X\1\0\0\0a."})
    void brokenPicklesAreRefused(String text) {
        assertThatThrownBy(() -> read(pickle(text))).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("Nothing of it was used.");
    }

    @Test
    void storagesMustBeThereInTheirSize() throws IOException {
        Map<String, byte[]> entries = entries("2.13/conv.pt");
        entries.replace("conv/data/0", new byte[16]);
        Path file = archive(entries);
        assertThatThrownBy(() -> TorchSamples.read(file, "")).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("tensor 0.weight: its storage conv/data/0 has 16 bytes, not 432");
        entries.remove("conv/data/0");
        archive(entries);
        assertThatThrownBy(() -> TorchSamples.read(file, "")).hasMessageContaining("tensor 0.weight: the archive has no entry conv/data/0");
        assertThatThrownBy(() -> TorchSamples.read(archive(Map.of("a/x", new byte[1])), ""))
                .hasMessageContaining("expected one entry named */data.pkl");
    }
}
