package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.ForeignCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.retention.Keeping;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.state.StateDigest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the writer of a folder knows of the checkpoints in it. It reads the folder once, because it alone changes what is there. So a
 * save costs the same however many there are. If a user deletes or pins a file in spite of that, it is seen before anything is deleted.
 */
final class KnownCheckpoints {
    private final CheckpointFiles files;
    private final NavigableMap<Long, CheckpointInfo> infos = new TreeMap<>();
    private final NavigableMap<Long, CheckpointException> unreadable = new TreeMap<>();
    /** Those that were written whole here, or read whole. */
    private final Set<Long> sound = new HashSet<>();
    /** Those that were read and are damaged. */
    private final Set<Long> damaged = new HashSet<>();
    /** Those whose commit failed, perhaps only at the folder's force: the file may be there and its name not yet on the medium. */
    private final Set<Long> inDoubt = new HashSet<>();
    /** Those at which the next listing has to look. */
    private final Set<Long> unseen = new TreeSet<>();
    private boolean isListed;
    /** There since a pruning, as long as nothing but saves has happened. */
    private Optional<Keeping> keeping = Optional.empty();

    KnownCheckpoints(CheckpointFiles files) {
        this.files = files;
    }

    /** Everything in the folder. */
    synchronized CheckpointStore.Listing listing() throws IOException {
        if (!isListed) {
            infos.clear();
            unreadable.clear();
            files.looks().forEach(this::seen);
            isListed = true;
        } else {
            for (long step : unseen) {
                seen(files.look(step, files.isPinned(step)));
            }
        }
        unseen.clear();
        return new CheckpointStore.Listing(List.copyOf(infos.values()), List.copyOf(unreadable.values()));
    }

    private void seen(CheckpointFiles.Look look) {
        look.info().ifPresent(info -> infos.put(look.step(), info));
        look.problem().ifPresent(problem -> unreadable.put(look.step(), problem));
    }

    /** The next listing reads the folder again, because other checkpoints can be used now. */
    synchronized void forgetAll() {
        isListed = false;
        keeping = Optional.empty();
    }

    /** What the header of a step says, and whether it is pinned. */
    synchronized CheckpointInfo info(long step) throws IOException {
        CheckpointInfo info = infos.get(step);
        return info == null ? files.info(step, files.isPinned(step)) : info;
    }

    /** Whether the checkpoint of a step is there, was not left in doubt, and can be read. What was found out is not asked again. */
    synchronized boolean isSound(long step, Consumer<DamagedCheckpointException> tellDamage) throws IOException {
        if (damaged.contains(step) || inDoubt.contains(step)) {
            return false;
        }
        try {
            if (!sound.contains(step)) {
                files.check(step, false);
                sound.add(step);
            }
            if (files.exists(step)) {
                return true;
            }
        } catch (DamagedCheckpointException e) {
            damaged.add(step);
            tellDamage.accept(e);
            return false;
        } catch (ForeignCheckpointException e) {
            return false;
        } catch (NoSuchFileException e) {
            // As if it were not known.
        }
        forget(step);
        return false;
    }

    /** Whether the digest of what is stored is the expected one. */
    private interface Same {
        boolean isSame(Header there);
    }

    /**
     * Makes room for a checkpoint: returns whether its state is stored already, and soundly. A damaged file, or one in doubt,
     * counts as none, and may be replaced. A checkpoint of another step under this name, or of another run, is not damage: it is moved away,
     * and nothing is lost.
     *
     * @throws NotDeterministicException if a different state is stored at that step
     */
    synchronized boolean isStored(Checkpoint checkpoint, String folder) throws IOException {
        return isStored(checkpoint.step(), there -> StateDigest.isOf(there.digest(), checkpoint.state()),
                () -> checkpoint.state().digest(), folder);
    }

    /** As {@link #isStored(Checkpoint, String)}, for the checkpoint with this header. */
    synchronized boolean isStored(Header header, String folder) throws IOException {
        return isStored(header.step(), there -> there.digest().equals(header.digest()), header::digest, folder);
    }

    private boolean isStored(long step, Same same, Supplier<String> digest, String folder) throws IOException {
        try {
            if (!files.exists(step)) {
                return false;
            }
            Optional<Header> there = files.checkOwn(step);
            if (there.isEmpty()) {
                files.moveAway(step);
                return false;
            }
            if (!same.isSame(there.get())) {
                throw new NotDeterministicException(folder, step, there.get().digest(), digest.get());
            }
            return !inDoubt.contains(step);
        } catch (DamagedCheckpointException e) {
            return false;
        }
    }

    /** The file of a step is about to be written; until it is {@link #written} it is in doubt. */
    synchronized void begin(long step) {
        if (infos.containsKey(step) || unreadable.containsKey(step)) {
            forget(step);
        }
        sound.remove(step);
        damaged.remove(step);
        unseen.add(step);
        inDoubt.add(step);
    }

    /** The file of a step has been written whole, and is on the medium. */
    synchronized void written(CheckpointInfo info) {
        inDoubt.remove(info.step());
        unseen.remove(info.step());
        sound.add(info.step());
        infos.put(info.step(), info);
        keeping.ifPresent(k -> k.add(info));
    }

    /** Refuses a step whose file another run has made. */
    synchronized void requireNotForeign(long step) throws IOException {
        if (!infos.containsKey(step)) {
            files.requireNotForeign(step);
        }
    }

    /** The file of a step, or its mark, is about to change; if that fails, the next listing looks what became of it. */
    synchronized void forget(long step) {
        infos.remove(step);
        unreadable.remove(step);
        sound.remove(step);
        damaged.remove(step);
        unseen.add(step);
        keeping = Optional.empty();
    }

    /** The file of a step is gone. */
    synchronized void gone(long step) {
        unseen.remove(step);
    }

    /** A user has set a mark by hand. */
    synchronized void pinnedByHand(long step) {
        infos.computeIfPresent(step, (s, info) -> info.pinned(true));
        keeping = Optional.empty();
    }

    /** What a policy keeps, if it was asked before and only saves have happened since; it is handed over, and here forgotten. */
    synchronized Optional<Keeping> takeKeeping(RetentionPolicy policy) {
        Optional<Keeping> taken = keeping.filter(k -> k.policy().equals(policy));
        keeping = Optional.empty();
        return taken;
    }

    /** A policy has been applied, and keeps everything that is left. */
    synchronized void keep(Optional<Keeping> applied) {
        keeping = applied;
    }
}
