package cairn.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether only the user and the system can change what is in a folder: each folder on the way to it, links followed, belongs to one of
 * the two, and no other user may write to it. A folder above may be open to all if it is sticky, as {@code /tmp} is, because what is in it is
 * then changed by its owner alone. A group that may write counts as other users, even the user's own: it may have other members, and where a
 * list gives rights to single users, the mode shows the largest of these rights as those of the group.
 *
 * @param user the number of the user
 * @param places what the file system says of a path
 * @param isForeign whether the owner with this number is one from outside of this user namespace, so that it may be the system
 */
record FolderTrust(int user, Places places, Predicate<Integer> isForeign) {
    private static final int ROOT = 0;
    private static final int OTHERS_WRITE = 0022;
    private static final int NOT_FOR_USER = 0077;
    private static final int STICKY = 01000;
    private static final int MOST_LINKS = 40;

    /** What the file system says of a path. */
    @FunctionalInterface
    interface Places {
        /** The path itself, not what a link leads to; empty if there is nothing. */
        Optional<Place> at(Path path) throws IOException;
    }

    /**
     * One file, folder or link.
     *
     * @param owner the number of its owner
     * @param mode its permissions, as Unix has them
     * @param target where a link leads to
     */
    record Place(int owner, int mode, boolean isFolder, Optional<Path> target) {
        boolean isOpen() {
            return (mode & OTHERS_WRITE) != 0;
        }

        boolean isOnlyForOwner() {
            return (mode & NOT_FOR_USER) == 0;
        }

        private String openness() {
            return " can be written to by other users (mode " + Integer.toOctalString(mode & 07777) + ")";
        }
    }

    /** The file system of this machine. */
    static Optional<Place> place(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Map<String, Object> all = Files.readAttributes(path, "unix:uid,mode,isDirectory,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
        Optional<Path> target = (boolean) all.get("isSymbolicLink") ? Optional.of(Files.readSymbolicLink(path)) : Optional.empty();
        return Optional.of(new Place((int) all.get("uid"), (int) all.get("mode"), (boolean) all.get("isDirectory"), target));
    }

    /** Why the existing {@code folder} cannot be trusted; empty if it can. */
    Optional<String> problem(Path folder) throws IOException {
        return problem(folder, true);
    }

    /** As {@link #problem(Path)}, for a folder that something else is to be made in, or that does not exist yet. */
    Optional<String> problemAbove(Path folder) throws IOException {
        return problem(folder, false);
    }

    /** Goes the way that the system goes: of a link's target, {@code ..} is the folder above the target, not above the link. */
    private Optional<String> problem(Path path, boolean isLast) throws IOException {
        Deque<Path> names = new ArrayDeque<>();
        path.toAbsolutePath().forEach(names::add);
        Path at = path.toAbsolutePath().getRoot();
        for (int links = 0; links <= MOST_LINKS; ) {
            boolean isEnd = isLast && names.isEmpty();
            Optional<Place> found = places.at(at);
            if (found.isEmpty()) {
                return isLast ? Optional.of(at + " does not exist") : Optional.empty();
            }
            Place place = found.get();
            if (!isOwn(place) && (isEnd || !isForeign.test(place.owner()))) {
                return Optional.of(belonging(at, place));
            } else if (place.target().isPresent()) {
                // The folder that the link is in was looked at, so the link leads where its owner wants.
                Path target = place.target().get();
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    names.addFirst(target.getName(i));
                }
                at = target.isAbsolute() ? target.getRoot() : at.getParent();
                links++;
                continue;
            } else if (!place.isFolder()) {
                return Optional.of(at + " is not a folder");
            } else if (place.isOpen() && (isEnd || (place.mode() & STICKY) == 0)) {
                return Optional.of(at + place.openness());
            } else if (names.isEmpty()) {
                return Optional.empty();
            }
            at = step(at, names.removeFirst().toString());
        }
        return Optional.of(path + " is behind too many links");
    }

    private static Path step(Path at, String name) {
        return switch (name) {
            case ".", "" -> at;
            case ".." -> at.getParent() == null ? at : at.getParent();
            default -> at.resolve(name);
        };
    }

    private boolean isOwn(Place place) {
        return place.owner() == user || place.owner() == ROOT;
    }

    private String belonging(Path path, Place place) {
        return path + " belongs to the user with the number " + place.owner() + ", not to you (" + user + ")";
    }

    /**
     * Why something in {@code folder}, which can be trusted itself and has this real path, cannot be; empty if all can. The mode of the
     * folder says nothing about what is in it: it may have been another one when that was written.
     */
    Optional<String> problemInside(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all.filter(p -> !p.equals(folder))::iterator) {
                Optional<Place> place = places.at(path);
                Optional<String> problem = place.isEmpty() ? Optional.empty() : problemOf(path, place.get(), folder, 0);
                if (problem.isPresent()) {
                    return problem;
                }
            }
            return Optional.empty();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Optional<String> problemOf(Path path, Place place, Path folder, int links) throws IOException {
        if (!isOwn(place)) {
            return Optional.of(belonging(path, place));
        } else if (place.target().isEmpty()) {
            boolean isOutside = links > 0 && place.isFolder() && !path.toRealPath().startsWith(folder);
            return isOutside ? Optional.of(path + " is a folder to which a link leads out of " + folder)
                    : place.isOpen() ? Optional.of(path + place.openness()) : Optional.empty();
        }
        // Libraries of the system may be linked to.
        Path next = path.resolveSibling(place.target().get());
        Optional<String> problem = links > MOST_LINKS ? Optional.of(path + " is behind too many links") : problem(next.getParent());
        Optional<Place> end = problem.isEmpty() ? places.at(next) : Optional.empty();
        return problem.isPresent() ? problem : end.isEmpty() ? Optional.of(path + " leads to nothing")
                : problemOf(next, end.get(), folder, links + 1);
    }
}
