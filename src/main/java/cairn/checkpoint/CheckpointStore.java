package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.ForeignCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.LentCheckpoint;
import cairn.checkpoint.retention.RetentionPlan;
import cairn.checkpoint.retention.RetentionPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * The checkpoints of one run, by step.
 *
 * <p>Laws, for every implementation:
 * <ul>
 *   <li>atomic: a commit that returned stays; one that failed leaves everything as it was; no reader sees a half-written one;</li>
 *   <li>idempotent: committing the same step with the same state again changes nothing; with a different state it is an error;</li>
 *   <li>no silent damage: what is read is, bit for bit, what was committed, or an exception says where it is not;</li>
 *   <li>order: everything is in the order of steps as numbers; names of files, times and the order of commits do not matter.</li>
 * </ul>
 * Safe for use by several threads.
 */
public interface CheckpointStore extends Closeable {

    /**
     * What a store holds: the checkpoints with a sound header, and why the others have none.
     *
     * @param checkpoints in the order of their steps
     * @param unreadable one exception for each file that cannot be used
     */
    record Listing(List<CheckpointInfo> checkpoints, List<CheckpointException> unreadable) {
        public Listing {
            checkpoints = List.copyOf(checkpoints);
            unreadable = List.copyOf(unreadable);
        }
    }

    /**
     * Stores a checkpoint; when this returns it will be found again after any crash.
     * Facts and metrics of a step that is stored already are not updated: know them before committing. Afterwards the store
     * does not look at the state again, so the memory of its tensors may be used for something else.
     *
     * @throws NotDeterministicException if the step is stored with a different state
     */
    CheckpointInfo commit(Checkpoint checkpoint) throws IOException;

    /**
     * As {@link #commit}, but in place of whatever is stored at that step, in one indivisible step: after any crash the one before
     * is there or this one. It is for a state that changed without a step, by the evaluation that was due at it.
     */
    CheckpointInfo replace(Checkpoint checkpoint) throws IOException;

    /** The steps of everything stored, readable or not. */
    SortedSet<Long> steps() throws IOException;

    /** Where the checkpoint of a step is, or would be, for messages. */
    String place(long step);

    /** Everything stored, from the headers alone. */
    Listing listing() throws IOException;

    /**
     * The header of one checkpoint: its entries without the tensors' content.
     *
     * @throws NoSuchFileException if nothing is stored at that step
     */
    Header header(long step) throws IOException;

    /**
     * One checkpoint, every checksum verified.
     *
     * @throws NoSuchFileException if nothing is stored at that step
     */
    Checkpoint read(long step) throws IOException;

    /**
     * One checkpoint, every checksum verified, to be restored from its file without a state in between: for as long as it is open.
     *
     * @throws NoSuchFileException if nothing is stored at that step
     */
    default LentCheckpoint lend(long step) throws IOException {
        return LentCheckpoint.of(read(step));
    }

    /** As {@link #read}, and the digest of the whole state is compared too, which takes longer. */
    Checkpoint verify(long step) throws IOException;

    /**
     * Verifies as {@link #verify} does, without keeping what it reads, so that it takes little memory.
     *
     * @return the header; its digest is that of the state
     * @throws NoSuchFileException if nothing is stored at that step
     */
    Header check(long step) throws IOException;

    /** Removes one checkpoint; does nothing if there is none. A pinned one is refused. */
    void delete(long step) throws IOException;

    /** Marks a checkpoint as one to keep, or takes the mark away. */
    void pin(long step, boolean isPinned) throws IOException;

    /** Whether the checkpoint of a step is there and can be read, every checksum right. */
    default boolean isSound(long step) throws IOException {
        return isSound(step, damage -> { });
    }

    /** As {@link #isSound(long)}, and tells why a checkpoint is not sound; a store that is written may tell it only once. */
    default boolean isSound(long step, Consumer<DamagedCheckpointException> damaged) throws IOException {
        try {
            read(step);
            return true;
        } catch (DamagedCheckpointException e) {
            damaged.accept(e);
            return false;
        } catch (ForeignCheckpointException | NoSuchFileException e) {
            return false;
        }
    }

    /** Everything with a sound header, in the order of steps. */
    default List<CheckpointInfo> list() throws IOException {
        return listing().checkpoints();
    }

    /** The one with the largest step of those with a sound header. */
    default Optional<CheckpointInfo> latest() throws IOException {
        return list().stream().reduce((earlier, later) -> later);
    }

    /**
     * The header of the newest checkpoint that has a sound one. A file counts for the step that is in it and not for the one in its name, so
     * a file that was renamed counts for none. Those on the way that do not count are reported to {@code unreadable}.
     */
    default Optional<Header> newestHeader(Consumer<CheckpointException> unreadable) throws IOException {
        Set<Long> reported = new HashSet<>();
        return Look.repeated(() -> {
            for (long step : newestFirst()) {
                try {
                    return Optional.of(header(step));
                } catch (CheckpointException e) {
                    if (reported.add(step)) {
                        unreadable.accept(e);
                    }
                }
            }
            return Optional.empty();
        });
    }

    /**
     * The newest sound checkpoint. Damaged ones on the way to it are reported to {@code damaged} and passed over. One of an
     * unknown version is an error, because going back behind it would lose good work.
     */
    default Optional<Checkpoint> readNewest(Consumer<DamagedCheckpointException> damaged) throws IOException {
        return newest(this::read, damaged);
    }

    /** As {@link #readNewest}, but {@linkplain #lend lent}. */
    default Optional<LentCheckpoint> lendNewest(Consumer<DamagedCheckpointException> damaged) throws IOException {
        return newest(this::lend, damaged);
    }

    /** How the checkpoint of a step is had. */
    interface Having<T> {
        T of(long step) throws IOException;
    }

    private <T> Optional<T> newest(Having<T> having, Consumer<DamagedCheckpointException> damaged) throws IOException {
        Set<Long> reported = new HashSet<>();
        return Look.repeated(() -> {
            for (long step : newestFirst()) {
                try {
                    return Optional.of(having.of(step));
                } catch (DamagedCheckpointException e) {
                    if (reported.add(step)) {
                        damaged.accept(e);
                    }
                }
            }
            return Optional.empty();
        });
    }

    private List<Long> newestFirst() throws IOException {
        List<Long> newestFirst = new ArrayList<>(steps());
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /**
     * What {@link #prune} would delete. Before it drops any, it reads the newest, the newest that is finite and the best. One that
     * is damaged does not count, and is left alone like every unreadable file.
     */
    default RetentionPlan plan(RetentionPolicy policy) throws IOException {
        return plan(policy, damage -> { });
    }

    /** As {@link #plan(RetentionPolicy)}; the damaged ones that were found by reading are reported to {@code damaged}. */
    default RetentionPlan plan(RetentionPolicy policy, Consumer<DamagedCheckpointException> damaged) throws IOException {
        List<CheckpointInfo> sound = new ArrayList<>(list());
        while (true) {
            RetentionPlan plan = policy.plan(sound);
            int before = sound.size();
            if (!plan.dropped().isEmpty()) {
                for (CheckpointInfo pillar : policy.pillars(sound)) {
                    if (!isSound(pillar.step(), damaged)) {
                        sound.remove(pillar);
                    }
                }
            }
            if (sound.size() == before) {
                return plan;
            }
        }
    }

    /**
     * Deletes what the policy does not keep, oldest first, and returns it.
     * To be called after a commit has returned, never before.
     */
    default List<CheckpointInfo> prune(RetentionPolicy policy) throws IOException {
        return prune(policy, damage -> { });
    }

    /** As {@link #prune(RetentionPolicy)}; the damaged ones that were found by reading are reported to {@code damaged}. */
    default List<CheckpointInfo> prune(RetentionPolicy policy, Consumer<DamagedCheckpointException> damaged) throws IOException {
        return prune(plan(policy, damaged));
    }

    /** Deletes what a plan of this store drops, oldest first, and returns it. */
    default List<CheckpointInfo> prune(RetentionPlan plan) throws IOException {
        for (CheckpointInfo c : plan.droppedCheckpoints()) {
            delete(c.step());
        }
        return plan.droppedCheckpoints();
    }

    @Override
    void close() throws IOException;
}
