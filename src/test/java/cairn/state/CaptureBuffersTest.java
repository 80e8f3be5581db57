package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A capture lies in memory as its file does, whatever was captured there before. */
class CaptureBuffersTest {

    /** A component of random tensors and one number; tensors of the same names may have other types and sizes in another one. */
    private static Snapshottable part(SplittableRandom random) {
        List<Value.Tensor> tensors = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            ElementType type = ElementType.values()[random.nextInt(ElementType.values().length)];
            long[] shape = {random.nextInt(4), random.nextInt(40)};
            byte[] bytes = new byte[(int) Value.Tensor.bytesOf(type, shape)];
            random.nextBytes(bytes);
            tensors.add(new Value.Tensor(type, shape, ByteBuffer.wrap(bytes)));
        }
        int first = random.nextInt(3);
        return slots -> {
            for (int i = 0; i < tensors.size(); i++) {
                Value.Tensor t = tensors.get(i);
                slots.tensor("t" + (i + first) % 7, t.type(), t.shape(), Parts.reading(t));
            }
            slots.integer("count", tensors::size, count -> { });
        };
    }

    private static byte[] together(List<ByteBuffer> pieces) {
        ByteBuffer all = ByteBuffer.allocate(pieces.stream().mapToInt(ByteBuffer::remaining).sum());
        pieces.forEach(piece -> all.put(piece.duplicate()));
        return all.array();
    }

    @Test
    void aCaptureIsTheStateAndLiesInTheOrderOfAFileInOnePiece() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            CaptureBuffers buffers = new CaptureBuffers();
            for (int i = 0; i < 6; i++) {
                Snapshottable part = part(random);
                State captured = buffers.capture(part);
                assertThat(captured).as("seed %d, capture %d", seed, i).isEqualTo(State.of(part));
                assertThat(captured.digest()).isEqualTo(State.of(part).digest());
                assertThat(together(captured.fileBytes())).isEqualTo(together(State.of(part).fileBytes()));
                assertThat(captured.fileOrder()).isEqualTo(State.of(part).fileOrder());
            }
        }
    }

    @Test
    void aComponentThatIsCapturedAgainIsOnePieceThatBeginsAtAPage() {
        Snapshottable part = new Parts.Machine("m", 10_000, new Parts.Machine("below", 20_000, null));
        CaptureBuffers buffers = new CaptureBuffers();
        for (int i = 0; i < 3; i++) {
            List<ByteBuffer> pieces = buffers.capture(part).fileBytes();
            assertThat(pieces).hasSize(1);
            assertThat(pieces.get(0).alignmentOffset(0, 4096)).isZero();
            assertThat(pieces.get(0).isReadOnly()).isTrue();
            assertThat(buffers.bytes()).isEqualTo(120_000);
        }
    }

    /** A piece of a large state goes on within the page where the one before has ended. */
    @Test
    void piecesOfALargeStateHaveThePlaceOfTheFileWithinAPage() {
        List<StateImage.Slot> slots = List.of(new StateImage.Slot("a", ElementType.U8, 100_001), new StateImage.Slot("b", ElementType.U8,
                10_003), new StateImage.Slot("c", ElementType.F64, 8));
        StateImage image = StateImage.of(slots, 105_000);
        assertThat(image.pieces()).extracting(ByteBuffer::remaining).containsExactly(100_009, 10_003);
        assertThat(image.pieces().get(0).alignmentOffset(0, 4096)).isZero();
        assertThat(image.pieces().get(1).alignmentOffset(0, 4096)).isEqualTo(100_009 % 4096);
        assertThat(image.holds(List.of("c", "a", "b"))).isTrue();
        assertThat(image.holds(List.of("a", "b", "c"))).isFalse();
        assertThat(image.place("b", 10_003).bytes().remaining()).isEqualTo(10_003);
        assertThat(image.place("b", 3)).isNull();
    }

    /** Live tensors whose memory is seen; how often each is copied is counted. */
    private static final class Live implements Snapshottable {
        private static final int BYTES = 100_000;
        private final ByteBuffer frozen = ByteBuffer.allocateDirect(BYTES);
        private final ByteBuffer trained = ByteBuffer.allocateDirect(BYTES);
        private int copies;

        @Override
        public void slots(Slots s) {
            s.tensor("frozen", ElementType.U8, new long[] {BYTES}, access(frozen));
            s.tensor("trained", ElementType.U8, new long[] {BYTES}, access(trained));
        }

        private Slots.TensorAccess access(ByteBuffer memory) {
            return new Slots.TensorAccess() {
                @Override
                public void copyTo(ByteBuffer target) {
                    copies++;
                    target.put(memory.duplicate());
                }

                @Override
                public void copyFrom(ByteBuffer source) {
                    memory.duplicate().put(source);
                }

                @Override
                public Optional<ByteBuffer> memory() {
                    return Optional.of(memory.duplicate());
                }
            };
        }
    }

    @Test
    void whatIsTheSameBitForBitIsNeitherCopiedNorDigestedAgainAndEveryBitThatChangesIsSeen() {
        Live live = new Live();
        CaptureBuffers buffers = new CaptureBuffers();
        SplittableRandom random = new SplittableRandom(1);
        buffers.capture(live).digest();
        for (int i = 0; i < 50; i++) {
            live.copies = 0;
            live.trained.put(random.nextInt(Live.BYTES), (byte) (i + 1));
            State captured = buffers.capture(live);
            assertThat(live.copies).isEqualTo(1);
            assertThat(captured.tensor("frozen").known().blocks()).isNotNull();
            assertThat(captured.tensor("trained").known().blocks()).isNull();
            assertThat(captured).isEqualTo(State.of(live));
            assertThat(captured.digest()).isEqualTo(State.of(live).digest());
        }
        for (int at : new int[] {0, 7, 65_536, Live.BYTES - 1}) {
            live.frozen.put(at, (byte) 1);
            assertThat(buffers.capture(live).digest()).as("byte %d", at).isEqualTo(State.of(live).digest());
        }
    }

    /** A state that was digested only after another capture took its memory cannot give that one a wrong digest. */
    @Test
    void aDigestThatComesTooLateIsForgotten() {
        Live live = new Live();
        CaptureBuffers buffers = new CaptureBuffers();
        for (int i = 0; i < 5; i++) {
            State late = buffers.capture(live);
            live.frozen.put(i, (byte) 1);
            State now = buffers.capture(live);
            late.digest();
            assertThat(now.digest()).isEqualTo(State.of(live).digest());
            assertThat(buffers.capture(live).digest()).isEqualTo(State.of(live).digest());
        }
    }

    /** What was captured and not digested is copied again: nothing is known of it. */
    @Test
    void withoutADigestNothingIsSpared() {
        Live live = new Live();
        CaptureBuffers buffers = new CaptureBuffers();
        buffers.capture(live);
        buffers.capture(live);
        assertThat(live.copies).isEqualTo(4);
    }
}
