package cairn.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.look.StateView;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    private Path folder;

    /** golden.json is what check.py of TensorBoard 2.21.0 says of golden.tfevents, which this test writes again. */
    @Test
    void theBytesAreThoseThatTensorBoardHasRead() throws IOException {
        Path file = folder.resolve("new.tfevents");
        ByteBuffer numbers = Message.littleEndian(6 * Float.BYTES);
        for (float w : new float[] {-1, 0, 0.25f, 0.5f, 2, Float.NaN}) {
            numbers.putFloat(w);
        }
        State state = State.of(Map.of("model/0.dense/weight", new Value.Tensor(ElementType.F32, new long[] {2, 3}, numbers.flip())));
        try (Disk.Output output = new RealDisk().create(file); EventFile events = new EventFile(output, 1_764_538_800_123L)) {
            events.start(1_764_538_800_123L, 0);
            events.add(1_764_538_800_123L, 0, List.of(Item.text("recipe", "```yaml\nname: ü\n```")));
            events.add(1_764_538_801_000L, 1, List.of(Item.scalar("train/loss", 0.5), Item.scalar("train/accuracy", 1)));
            events.add(1_764_538_802_000L, 300, List.of(Item.scalar("train/loss", 1e-30), Item.scalar("evaluation/loss", Double.NaN)));
            events.add(1_764_538_802_000L, 300, List.of(Item.histogram("weights/0.dense/weight", new StateView(state).tensors("model/").get(0))));
        }
        try (InputStream golden = EventFileTest.class.getResourceAsStream("/tensorboard/golden.tfevents")) {
            assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(HexFormat.of().formatHex(golden.readAllBytes()));
        }
    }

    /** Every file of TensorFlow begins with these bytes, but for the time. */
    @Test
    void aFileBeginsAsThoseOfTensorFlowDo() throws IOException {
        Path file = folder.resolve(EventFile.name(1_764_538_800_123L, "cairn-live"));
        assertThat(file.getFileName()).hasToString("events.out.tfevents.1764538800.cairn-live.0.0");
        assertThat(EventFile.isOf(file.getFileName().toString(), "cairn-live")).isTrue();
        assertThat(EventFile.isOf(file.getFileName().toString(), "cairn-export")).isFalse();
        try (Disk.Output output = new RealDisk().create(file); EventFile events = new EventFile(output, 0)) {
            events.flush();
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(HexFormat.of().formatHex(bytes, 0, 12)).isEqualTo("1800000000000000a37f4b22");
        assertThat(new String(bytes, 21, 15, StandardCharsets.ISO_8859_1)).isEqualTo("\u001a\rbrain.Event:2");
    }

    /** RFC 3720, appendix B.4: the CRC-32C of 32 zeros, and of 32 bytes with all bits set. */
    @Test
    void theChecksumIsCrc32cWithTheMaskOfTensorFlow() {
        assertThat(EventFile.masked(new byte[32])).isEqualTo(Integer.rotateRight(0x8a9136aa, 15) + 0xa282ead8);
        byte[] ones = HexFormat.of().parseHex("ff".repeat(32));
        assertThat(EventFile.masked(ones)).isEqualTo(Integer.rotateRight(0x62a8ab43, 15) + 0xa282ead8).isEqualTo(EventReader.masked(ones));
    }

    @Property(tries = 100)
    void numbersOfAnySizeAreReadAsTheyWereWritten(@ForAll @Size(max = 20) List<@LongRange(min = 0) Long> steps, @ForAll double value,
            @ForAll String text) {
        byte[] message = new Message().real(1, value).text(3, text).single(4, (float) value).toBytes();
        List<EventReader.Field> fields = EventReader.fields(message);
        assertThat(Double.doubleToLongBits(fields.get(0).real())).isEqualTo(Double.doubleToLongBits(value));
        assertThat(fields.get(1).bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Float.floatToIntBits(fields.get(2).single())).isEqualTo(Float.floatToIntBits((float) value));
        for (long step : steps) {
            EventReader.Field field = EventReader.fields(new Message().whole(200, step).toBytes()).get(0);
            assertThat(List.of((long) field.number(), field.whole())).isEqualTo(List.of(200L, step));
        }
    }

    /** An event that is larger than the buffer, such as a picture, comes between those before and after it. */
    @Test
    void anEventLargerThanTheBufferKeepsItsPlace() throws IOException {
        Path file = folder.resolve("large.tfevents");
        try (Disk.Output output = new RealDisk().create(file); EventFile events = new EventFile(output, 0)) {
            for (int step = 0; step < 3000; step++) {
                events.add(step, step, List.of(Item.scalar("x", step)));
                if (step == 1000) {
                    events.add(step, step, List.of(Item.text("long", "y".repeat(200_000))));
                }
            }
        }
        EventReader read = EventReader.of(file);
        assertThat(read.scalars.get("x")).hasSize(3000);
        assertThat(read.scalars.get("x").get(2999L)).isEqualTo(new EventReader.Point(2.999, 2999));
        assertThat(read.texts.get("long").get(0)).hasSize(200_000);
    }
}
