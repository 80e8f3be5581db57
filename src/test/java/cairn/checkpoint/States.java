package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.disk.Disk;
import cairn.state.EarlierDigest;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Small states for the tests of this package. */
public final class States {

    private States() {
    }

    /** Every kind and element type, in an order that is not the order of the file; the content follows {@code seed}. */
    public static State everything(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("count", new Value.Int(seed));
        entries.put("bytes/odd", tensor(ElementType.U8, random, 5));
        entries.put("floats/matrix", tensor(ElementType.F32, random, 3, 4));
        entries.put("score", new Value.Real(Double.longBitsToDouble(0x7ff8000000000abcL)));
        entries.put("doubles/cube", tensor(ElementType.F64, random, 2, 1, 3));
        entries.put("floats/scalar", tensor(ElementType.F32, random));
        entries.put("note", new Value.Text("\u00fcber \"quoted\" \\ \n \u0000 \ud83d\ude00"));
        entries.put("longs", tensor(ElementType.I64, random, 4));
        entries.put("empty", tensor(ElementType.F64, random, 0, 7));
        entries.put("ints", tensor(ElementType.I32, random, 1, 3));
        entries.put("minus-zero", new Value.Real(-0.0));
        return State.of(entries);
    }

    public static Checkpoint checkpoint(long step) {
        return checkpoint(step, step);
    }

    public static Checkpoint checkpoint(long step, long seed) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("made/by", "a test, \u00e4 \"quote\"");
        facts.put("environment/cores", "2");
        return new Checkpoint(step, everything(seed), facts, Map.of("score", step / 3.0));
    }

    /** Writes a file as a program could that is not ours: this header, and then the tensors of this state. */
    public static void write(Disk.Output output, Header header, State state) throws IOException {
        output.write(HeaderText.encode(header));
        for (String path : header.spans().keySet()) {
            output.write(state.tensor(path).bytes());
        }
    }

    /** The header that format version 1 had for a checkpoint. */
    public static Header earlierHeader(Checkpoint checkpoint) {
        Header now = Header.of(checkpoint);
        return new Header(1, now.step(), EarlierDigest.of(checkpoint.state()), now.facts(), now.metrics(), now.entries());
    }

    /** Random bits; floating-point numbers among them are finite. */
    public static Value.Tensor tensor(ElementType type, SplittableRandom random, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Value.Tensor.bytesOf(type, shape)).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(bytes.array());
        for (int at = 0; at < bytes.limit(); at += type.bytes()) {
            if (type == ElementType.F32 && !Float.isFinite(bytes.getFloat(at))) {
                bytes.putFloat(at, 1f);
            } else if (type == ElementType.F64 && !Double.isFinite(bytes.getDouble(at))) {
                bytes.putDouble(at, 1.0);
            }
        }
        return new Value.Tensor(type, shape, bytes);
    }
}
