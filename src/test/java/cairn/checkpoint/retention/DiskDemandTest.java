package cairn.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.FileSize;
import cairn.checkpoint.format.Header;
import cairn.state.Snapshottable;
import cairn.state.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskDemandTest {
    private static final Ranking RANKING = Ranking.min("loss");
    private static final long MB = 1_000_000;
    private static final Path FOLDER = Path.of("run");

    private static DiskDemand demand(String keep, long saves, long until) {
        return DiskDemand.of(RetentionPolicy.parse(keep, RANKING), MB, OptionalLong.of(saves), until, List.of());
    }

    /** One more than is kept, because the new one is there before an old one is deleted. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "all | 12 | 12",
        "last:3,best:1 | 100 | 5",
        "last:3 | 100 | 5",
        "best:2 | 100 | 4",
        "last:3,best:1 | 2 | 2",
        "pinned | 100 | 3",
        "every:250,last:1 | 1000 | 8",
        "10MB | 1000 | 11",
        "all,10MB | 1000 | 11",
        "1MB | 1000 | 3"})
    void soManyStandThereAtATimeAtMost(String keep, long saves, long files) {
        assertThat(demand(keep, saves, 1000).mostFiles()).hasValue(files);
        assertThat(demand(keep, saves, 1000).mostBytes()).hasValue(files * MB);
    }

    /** The law: whatever the rules, a run that saves at every step never has more files than was said. */
    @ParameterizedTest
    @ValueSource(strings = {"all", "last:1", "last:3,best:1", "best:4", "best:2:max:score,last:2", "every:7,pinned", "log", "log:3,last:2", "5KB",
        "every:10,20KB", "log:2,every:16,best:3,last:5"})
    void noRunHasMoreThanWasSaid(String keep) {
        RetentionPolicy policy = RetentionPolicy.parse(keep, RANKING);
        long until = 300;
        DiskDemand demand = DiskDemand.of(policy, 1000, OptionalLong.of(until + 1), until, List.of());
        List<CheckpointInfo> stored = new ArrayList<>();
        long most = 0;
        for (long step = 0; step <= until; step++) {
            double loss = (step * 37 % 101) / 101.0;
            stored.add(new CheckpointInfo(2, step, "step-" + step, 1000, "d", Map.of(), Map.of("loss", loss, "score", step * 53 % 97 / 97.0), false));
            most = Math.max(most, stored.size());
            stored.removeAll(policy.plan(stored).droppedCheckpoints());
        }
        assertThat(most).isLessThanOrEqualTo(demand.mostFiles().orElseThrow());
    }

    @Test
    void whatGrowsWithTimeHasNoBoundButALimitIsOne() {
        RetentionPolicy all = RetentionPolicy.parse("all", RANKING);
        assertThat(DiskDemand.of(all, MB, OptionalLong.empty(), 1000, List.of()).mostBytes()).isEmpty();
        assertThat(DiskDemand.of(RetentionPolicy.parse("per:1h", RANKING), MB, OptionalLong.empty(), 1000, List.of()).mostBytes()).isEmpty();
        assertThat(DiskDemand.of(RetentionPolicy.parse("last:3", RANKING), MB, OptionalLong.empty(), 1000, List.of()).mostFiles()).hasValue(5);
        assertThat(DiskDemand.of(RetentionPolicy.parse("4MB", RANKING), MB, OptionalLong.empty(), 1000, List.of()).mostFiles()).hasValue(5);
    }

    @Test
    void whatIsStoredAlreadyCounts() {
        List<CheckpointInfo> stored = LongStream.range(0, 4)
                .mapToObj(step -> new CheckpointInfo(2, step, "f", MB, "d", Map.of(), Map.of(), step == 1)).toList();
        DiskDemand demand = DiskDemand.of(RetentionPolicy.parse("last:3", RANKING).protecting(3), MB, OptionalLong.of(100), 1000, stored);
        assertThat(demand.mostFiles()).as("three, the best, the protected, the pinned, the new").hasValue(7);
        assertThat(demand.mostBytes()).hasValue(3 * MB);
        assertThat(demand.leastBytes()).isEqualTo(MB);
    }

    /** Field bug 31: before the first step, not after an epoch. */
    @Test
    void aDiskThatCannotHoldOneAndItsReplacementIsRefused() {
        DiskDemand demand = demand("last:3,best:1", 100, 1000);
        assertThatCode(() -> demand.requireSpace(FOLDER, 2 * MB)).doesNotThrowAnyException();
        assertThatThrownBy(() -> demand.requireSpace(FOLDER, 2 * MB - 1)).hasMessageContaining("run").hasMessageContaining("takes 1.00 MB")
                .hasMessageContaining("has 2.00 MB left").hasMessageContaining("another disk");
    }

    @Test
    void aDiskThatWillBeFullIsWarnedOfWithBothNumbersAndWhatToDo() {
        RetentionPolicy all = RetentionPolicy.parse("all", RANKING);
        DiskDemand demand = demand("all", 1000, 1000);
        assertThat(demand.warning(1000 * MB, all)).isEmpty();
        String warning = demand.warning(999 * MB, all).orElseThrow();
        assertThat(warning).contains("1000 checkpoints of 1.00 MB").contains("1.00 GB more").contains("has 999 MB left").contains("last:3,best:1")
                .contains("(all,400MB)");
        RetentionPolicy.parse("all,400MB", RANKING);
    }

    @Test
    void aSizeBeyondAllNumbersIsNoError() {
        DiskDemand demand = DiskDemand.of(RetentionPolicy.parse("all", RANKING), Long.MAX_VALUE / 2, OptionalLong.of(Long.MAX_VALUE - 1),
                Long.MAX_VALUE, List.of());
        assertThat(demand.mostBytes()).hasValue(Long.MAX_VALUE);
    }

    /** Without a look at the tensors, and to the byte. */
    @Test
    void theSizeOfAFileIsKnownFromWhatIsDeclared() {
        Snapshottable part = s -> {
            s.integer("train/step", () -> 12, v -> { });
            s.constant("name", "a \"quoted\" n\u00e4me");
            s.child("model", child -> {
                child.tensor("b", cairn.state.ElementType.F32, new long[] {3}, new Bytes(12));
                child.tensor("w", cairn.state.ElementType.F64, new long[] {2, 5}, new Bytes(80));
                child.real("best", () -> Math.PI, v -> { });
            });
            s.text("note", () -> "x".repeat(1000), v -> { });
        };
        Checkpoint made = new Checkpoint(12, State.of(part), Map.of("threads", "2"), Map.of("loss", 0.25));
        assertThat(FileSize.of(part, 12, made.facts(), made.metrics())).isEqualTo(Header.of(made).fileBytes());
    }

    private record Bytes(int size) implements cairn.state.Slots.TensorAccess {
        @Override
        public void copyTo(java.nio.ByteBuffer target) {
            target.put(new byte[size]);
        }

        @Override
        public void copyFrom(java.nio.ByteBuffer source) {
            source.get(new byte[size]);
        }
    }
}
