package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.words.ByteSize;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The disk space that the checkpoints and the journal of a run will take, known before its first step. It is an upper bound, because rules
 * that overlap are counted as if they did not.
 *
 * @param fileBytes the size of one checkpoint
 * @param mostFiles how many may stand there at once, the one that is being written included; empty if that grows with time
 * @param storedBytes what stands there already
 * @param journalBytes how much the journal will grow at most
 */
public record DiskDemand(long fileBytes, OptionalLong mostFiles, long storedBytes, long journalBytes) {
    /** A smaller journal is not worth a word. */
    private static final long SMALLEST_NAMED = 1_000_000;

    /**
     * The demand of a run that trains to step {@code until}.
     *
     * @param saves how many checkpoints it will write at most, if that is known
     * @param stored what stands there already
     */
    public static DiskDemand of(RetentionPolicy keep, long fileBytes, OptionalLong saves, long until, List<CheckpointInfo> stored) {
        long storedBytes = stored.stream().mapToLong(CheckpointInfo::bytes).sum();
        long all = saves.isPresent() ? sum(saves.getAsLong(), stored.size()) : Long.MAX_VALUE;
        long guaranteed = 1 + 1 + keep.protectedSteps().size() + stored.stream().filter(CheckpointInfo::pinned).count();
        long kept = guaranteed;
        for (RetentionRule rule : keep.rules().isEmpty() ? List.of(new RetentionRule.All()) : keep.rules()) {
            kept = sum(kept, most(rule, all, until));
        }
        // The newest and the best are counted once where a rule keeps them anyway.
        if (kept < Long.MAX_VALUE) {
            kept -= keep.rules().stream().anyMatch(RetentionRule.Last.class::isInstance) ? 1 : 0;
            kept -= keep.rules().stream().anyMatch(r -> r instanceof RetentionRule.Best b && b.ranking().equals(keep.ranking())) ? 1 : 0;
        }
        if (keep.limitBytes().isPresent()) {
            kept = Math.min(kept, Math.max(guaranteed, keep.limitBytes().getAsLong() / fileBytes));
        }
        long files = Math.min(sum(kept, 1), all);
        return new DiskDemand(fileBytes, files == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(files), storedBytes, 0);
    }

    /** This demand, with a journal that will grow by at most {@code bytes}. */
    public DiskDemand withJournal(long bytes) {
        return new DiskDemand(fileBytes, mostFiles, storedBytes, bytes);
    }

    private static long most(RetentionRule rule, long all, long until) {
        if (rule instanceof RetentionRule.Last last) {
            return last.count();
        } else if (rule instanceof RetentionRule.Best best) {
            return best.count();
        } else if (rule instanceof RetentionRule.Every every) {
            return Math.min(all, sum(until / every.steps(), 1));
        } else if (rule instanceof RetentionRule.Logarithmic log) {
            // Two of each width that is a power of the base, and the first of all.
            long widths = 1;
            for (long rest = until; rest >= log.base(); rest /= log.base()) {
                widths++;
            }
            return Math.min(all, 2 * widths + 1);
        } else if (rule instanceof RetentionRule.Pinned) {
            return 0;
        }
        // All of them, because how long the run will take is not known.
        return all;
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** How many more bytes are needed at least: those of a checkpoint and, if none is stored yet, of the one that replaces it. */
    long leastBytes() {
        return storedBytes > 0 ? fileBytes : 2 * fileBytes;
    }

    /** How many more bytes will be taken at most; empty if that grows with time. */
    public OptionalLong mostBytes() {
        if (mostFiles.isEmpty() || mostFiles.getAsLong() > Long.MAX_VALUE / fileBytes) {
            return mostFiles.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.MAX_VALUE);
        }
        return OptionalLong.of(sum(Math.max(leastBytes(), mostFiles.getAsLong() * fileBytes - storedBytes), journalBytes));
    }

    /**
     * Refuses a disk that cannot hold a checkpoint and the one that replaces it.
     *
     * @param usableBytes what the disk has left
     */
    public void requireSpace(Path folder, long usableBytes) throws FileSystemException {
        if (usableBytes < leastBytes()) {
            throw new FileSystemException(folder.toString(), null, "not enough space to save: a checkpoint takes "
                    + ByteSize.text(fileBytes) + (storedBytes > 0 ? "" : ", two have to fit while one replaces the other")
                    + ", and the disk has "
                    + ByteSize.text(usableBytes) + " left. Free some, or use a folder on another disk");
        }
    }

    /** A warning, if the disk will be full before the run is done. */
    public Optional<String> warning(long usableBytes, RetentionPolicy keep) {
        OptionalLong most = mostBytes();
        if (most.isEmpty() || most.getAsLong() <= usableBytes) {
            return Optional.empty();
        }
        return Optional.of("keeping " + keep + " may come to " + mostFiles.getAsLong() + " checkpoints of " + ByteSize.text(fileBytes)
                + " at a time, " + (journalBytes >= SMALLEST_NAMED ? "and its journal to " + ByteSize.text(journalBytes) + ", " : "")
                + ByteSize.text(most.getAsLong()) + " more than now, and the disk has " + ByteSize.text(usableBytes)
                + " left. Keep fewer (last:3,best:1), "
                + (keep.limitBytes().isPresent() ? "" : "set a limit (" + keep + "," + Quantity.round(usableBytes / 2) + "), ")
                + "save less often, or free some; a full disk stops the run and loses nothing that is saved");
    }
}
