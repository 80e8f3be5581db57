package cairn.checkpoint.format;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.States;
import cairn.disk.OneFile;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is remembered of one header must never change what is said of another: each header in a row of many is read as it is alone. */
class InfoReaderTest {
    private static final Path FILE = Path.of("step-000000000003.safetensors");
    private static final List<String> WORDS = List.of("", "2", "10", "plain", "real 3ff0000000000000 1.0", "integer 7", "text a", "tensor 00000000",
            "tensor 0000000g", "\u00e4", "a \"quote\"", "back\\slash", "line\nbreak", "comma\",\"", "\u0000", "cairn.step");

    /** The bytes of the header alone, and how many bytes follow it. */
    private record Head(byte[] bytes, long dataBytes) {
        String read(AtomicReference<KnownHeader> last) {
            try {
                return HeaderParser.info(FILE.toString(), bytes, dataBytes, last).toString();
            } catch (CheckpointException e) {
                return e.toString();
            }
        }

        String readAlone() {
            try {
                return CheckpointInfo.of(HeaderParser.parse(FILE.toString(), bytes, dataBytes), bytes.length + dataBytes).toString();
            } catch (CheckpointException e) {
                return e.toString();
            }
        }
    }

    private static Head random(SplittableRandom random) {
        Map<String, Value> entries = new LinkedHashMap<>(States.everything(random.nextInt(3)).entries());
        if (random.nextInt(4) == 0) {
            entries.put("note", new Value.Text(WORDS.get(random.nextInt(WORDS.size()))));
        }
        if (random.nextInt(8) == 0) {
            entries.remove("ints");
        }
        Map<String, String> facts = new LinkedHashMap<>(States.checkpoint(0).facts());
        facts.put(CheckpointInfo.TIME, Long.toString(random.nextInt(200)));
        facts.put(random.nextInt(6) == 0 ? "other" : "word", WORDS.get(random.nextInt(WORDS.size())));
        Header header = Header.of(new Checkpoint(random.nextInt(200), State.of(entries), facts, Map.of("score", random.nextInt(3) / 3.0)));
        return new Head(HeaderText.encode(header).array(), header.dataBytes());
    }

    /** Another one like it, with a checksum that is right: what a program could write that wants to be misunderstood. */
    private static Head changed(Head head, SplittableRandom random) {
        byte[] json = Arrays.copyOfRange(head.bytes, 8, head.bytes.length);
        int at = random.nextInt(json.length);
        switch (random.nextInt(4)) {
            case 0 -> json[at] = (byte) " \"\\,:{}a0-\n~".charAt(random.nextInt(12));
            case 1 -> json[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> json = new String(json, StandardCharsets.ISO_8859_1).replaceFirst("\"(integer|real|text|tensor) [^\"]*\"",
                    "\"" + WORDS.get(random.nextInt(9)) + "\"").getBytes(StandardCharsets.ISO_8859_1);
            default -> json = (new String(json, 0, at, StandardCharsets.ISO_8859_1) + "x"
                    + new String(json, at, json.length - at, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] bytes = HeaderText.padded(json).array();
        byte[] crc = HeaderText.hex(HeaderText.crc(bytes)).getBytes(StandardCharsets.US_ASCII);
        if (random.nextInt(10) != 0) {
            System.arraycopy(crc, 0, bytes, HeaderText.CRC_OFFSET, crc.length);
        }
        return new Head(bytes, head.dataBytes + (random.nextInt(10) == 0 ? 1 : 0));
    }

    @Test
    void headersInARowAreReadAsEachIsAlone() {
        Map<Boolean, Integer> counts = new HashMap<>();
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            AtomicReference<KnownHeader> last = new AtomicReference<>();
            for (int i = 0; i < 100; i++) {
                Head head = random(random);
                head = random.nextBoolean() ? head : changed(head, random);
                KnownHeader known = last.get();
                counts.merge(known != null && known.changes(head.bytes, head.dataBytes).isPresent(), 1, Integer::sum);
                assertThat(head.read(last)).as("seed %d, header %d", seed, i).isEqualTo(head.readAlone());
            }
        }
        assertThat(counts.get(true)).as("headers like the one before").isGreaterThan(500);
        assertThat(counts.get(false)).as("others").isGreaterThan(500);
    }

    @Test
    void everyByteChangedIsReadAsItIsAlone() {
        Head head = random(new SplittableRandom(5));
        AtomicReference<KnownHeader> last = new AtomicReference<>();
        head.read(last);
        KnownHeader known = last.get();
        for (int at = HeaderText.CRC_OFFSET + 8; at < head.bytes.length; at++) {
            for (char c : "\" \\x0".toCharArray()) {
                byte[] bytes = head.bytes.clone();
                bytes[at] = (byte) c;
                System.arraycopy(HeaderText.hex(HeaderText.crc(bytes)).getBytes(StandardCharsets.US_ASCII), 0, bytes, HeaderText.CRC_OFFSET, 8);
                Head changed = new Head(bytes, head.dataBytes);
                last.set(known);
                assertThat(changed.read(last)).as("'%s' at byte %d", c, at).isEqualTo(changed.readAlone());
            }
        }
    }

    @Test
    void aReaderOfManyFilesSaysWhatTheHeaderSays() throws IOException {
        Header header = Header.of(States.checkpoint(3));
        byte[] file = Arrays.copyOf(HeaderText.encode(header).array(), Math.toIntExact(header.fileBytes()));
        InfoReader reader = new InfoReader(new OneFile(file));
        for (int i = 0; i < 3; i++) {
            assertThat(reader.read(FILE)).isEqualTo(CheckpointInfo.of(header, file.length));
        }
    }
}
