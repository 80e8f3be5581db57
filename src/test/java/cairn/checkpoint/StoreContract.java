package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class StoreContract {
    CheckpointStore store;

    /** A new, empty store. */
    abstract CheckpointStore open() throws IOException;

    @BeforeEach
    void openStore() throws IOException {
        store = open();
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    @Test
    void readGivesBackWhatWasCommittedBitForBitAndInOrder() throws IOException {
        Checkpoint made = States.checkpoint(1200);
        store.commit(made);
        assertThat(store.check(1200)).isEqualTo(store.header(1200));
        for (Checkpoint read : List.of(store.read(1200), store.verify(1200))) {
            assertThat(read).isEqualTo(made);
            assertThat(read.state().entries().keySet()).containsExactlyElementsOf(made.state().entries().keySet());
            assertThat(read.facts().keySet()).containsExactly("made/by", "environment/cores");
            assertThat(read.state().digest()).isEqualTo(made.state().digest());
        }
    }

    @Test
    void theInfoOfACommitIsTheOneThatIsListed() throws IOException {
        CheckpointInfo info = store.commit(States.checkpoint(7));
        assertThat(store.list()).containsExactly(info);
        assertThat(info.step()).isEqualTo(7);
        assertThat(info.fileName()).isEqualTo("step-000000000007.safetensors");
        assertThat(info.digest()).isEqualTo(States.everything(7).digest());
        assertThat(info.metric("score")).hasValue(7 / 3.0);
        assertThat(info.metric("scores")).isEmpty();
        assertThat(info.facts()).containsEntry("environment/cores", "2");
        assertThat(info.bytes()).isEqualTo(Header.of(States.checkpoint(7)).fileBytes());
        assertThat(info.pinned()).isFalse();
    }

    @Test
    void replacingPutsOneInThePlaceOfAnotherOrOfNone() throws IOException {
        store.replace(States.checkpoint(7));
        assertThat(store.read(7)).isEqualTo(States.checkpoint(7));
        store.pin(7, true);
        Checkpoint other = new Checkpoint(7, States.everything(8), Map.of(), Map.of("score", 1.0));
        CheckpointInfo info = store.replace(other);
        assertThat(store.verify(7)).isEqualTo(other);
        assertThat(store.list()).containsExactly(info);
        assertThat(info.pinned()).isTrue();
        assertThat(info.metric("score")).hasValue(1);
    }

    /** Field bug 32: the order is that of the steps as numbers. */
    @Test
    void stepsNineTenAndHundredAreInNumericalOrder() throws IOException {
        for (long step : new long[] {100, 9, 10, 0, 1_000_000_000_000_000L, 999_999_999_999L}) {
            store.commit(States.checkpoint(step));
        }
        assertThat(store.list()).extracting(CheckpointInfo::step)
                .containsExactly(0L, 9L, 10L, 100L, 999_999_999_999L, 1_000_000_000_000_000L);
        assertThat(store.steps()).containsExactly(0L, 9L, 10L, 100L, 999_999_999_999L, 1_000_000_000_000_000L);
        assertThat(store.latest().orElseThrow().step()).isEqualTo(1_000_000_000_000_000L);
    }

    @Test
    void theLatestIsTheOneWithTheLargestStep() throws IOException {
        assertThat(store.latest()).isEmpty();
        for (long step : new long[] {10, 30, 20}) {
            store.commit(States.checkpoint(step));
        }
        assertThat(store.latest().orElseThrow().step()).isEqualTo(30);
    }

    @Test
    void committingTheSameStepWithTheSameStateChangesNothing() throws IOException {
        CheckpointInfo first = store.commit(States.checkpoint(5));
        Checkpoint again = new Checkpoint(5, States.everything(5), Map.of("other", "facts"), Map.of());
        assertThat(store.commit(again)).isEqualTo(first);
        assertThat(store.list()).containsExactly(first);
        assertThat(store.read(5)).isEqualTo(States.checkpoint(5));
    }

    @Test
    void committingTheSameStepWithAnotherStateSaysNotDeterministic() throws IOException {
        store.commit(States.checkpoint(5, 1));
        assertThatThrownBy(() -> store.commit(States.checkpoint(5, 2)))
                .isInstanceOf(NotDeterministicException.class)
                .hasMessageContainingAll("step 5", "not deterministic", States.everything(1).digest(), States.everything(2).digest());
        assertThat(store.read(5).state()).isEqualTo(States.everything(1));
    }

    @Test
    void deletedIsGoneAndItsStepIsFreeAgain() throws IOException {
        store.commit(States.checkpoint(5, 1));
        store.commit(States.checkpoint(6));
        store.delete(5);
        store.delete(5);
        assertThat(store.steps()).containsExactly(6L);
        assertThatThrownBy(() -> store.read(5)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("5");
        store.commit(States.checkpoint(5, 2));
        assertThat(store.list()).extracting(CheckpointInfo::digest).containsExactly(States.everything(2).digest(), States.everything(6).digest());
    }

    @Test
    void aPinnedOneIsMarkedAndNotDeleted() throws IOException {
        store.commit(States.checkpoint(5));
        store.pin(5, true);
        store.pin(5, true);
        assertThat(store.list()).extracting(CheckpointInfo::pinned).containsExactly(true);
        assertThatThrownBy(() -> store.delete(5)).isInstanceOf(IllegalStateException.class).hasMessageContaining("pinned");
        assertThat(store.commit(States.checkpoint(5)).pinned()).isTrue();
        store.pin(5, false);
        assertThat(store.list()).extracting(CheckpointInfo::pinned).containsExactly(false);
        store.delete(5);
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> store.pin(5, true)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void headerNamesEveryEntryWithoutItsContent() throws IOException {
        store.commit(States.checkpoint(5));
        Header header = store.header(5);
        assertThat(header.step()).isEqualTo(5);
        assertThat(header.entries().keySet()).containsExactlyElementsOf(States.everything(5).entries().keySet());
        header.entries().forEach((path, entry) ->
                assertThat(entry.describe()).isEqualTo(States.everything(5).entries().get(path).describe()));
    }

    @Test
    void bestIsFoundByAMetric() throws IOException {
        assertThat(Ranking.min("score").best(store.list())).isEmpty();
        for (long step : new long[] {10, 20, 30}) {
            store.commit(States.checkpoint(step));
        }
        assertThat(Ranking.min("score").best(store.list()).orElseThrow().step()).isEqualTo(10);
        assertThat(Ranking.max("score").best(store.list()).orElseThrow().step()).isEqualTo(30);
        assertThat(Ranking.max("other").best(store.list())).isEmpty();
    }

    @Test
    void pruneDeletesWhatThePolicyDoesNotKeepAndNothingElse() throws IOException {
        for (long step : new long[] {1, 2, 3, 4, 5, 6}) {
            store.commit(States.checkpoint(step));
        }
        store.pin(3, true);
        RetentionPolicy policy = RetentionPolicy.parse("last:2", Ranking.min("score")).protecting(2);
        assertThat(store.prune(policy)).extracting(CheckpointInfo::step).containsExactly(4L);
        assertThat(store.steps()).containsExactly(1L, 2L, 3L, 5L, 6L);
        assertThat(store.prune(policy)).isEmpty();
    }

    @Test
    void readNewestGivesTheLargestStep() throws IOException {
        List<DamagedCheckpointException> damaged = new ArrayList<>();
        assertThat(store.readNewest(damaged::add)).isEmpty();
        store.commit(States.checkpoint(20));
        store.commit(States.checkpoint(9));
        assertThat(store.readNewest(damaged::add).orElseThrow()).isEqualTo(States.checkpoint(20));
        assertThat(damaged).isEmpty();
    }

    @Test
    void badStepsAndNamesAreRefusedBeforeAnythingIsStored() {
        assertThatThrownBy(() -> Checkpoint.of(-1, States.everything(1))).hasMessageContaining("-1");
        Stream.of("", "Upper", "a//b", "../a", "a b").forEach(name -> {
            assertThatThrownBy(() -> new Checkpoint(1, States.everything(1), Map.of(name, "x"), Map.of())).hasMessageContaining("'" + name + "'");
            assertThatThrownBy(() -> new Checkpoint(1, States.everything(1), Map.of(), Map.of(name, 1.0))).hasMessageContaining("'" + name + "'");
        });
    }
}
