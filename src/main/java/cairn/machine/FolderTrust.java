package cairn.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether only the user and the system can change what is in a folder: each folder on the way to it, links followed, belongs to one of
 * the two, and no other user may write to it. A folder above may be open to all if it is sticky, as {@code /tmp} is, because what is in it is
 * then changed by its owner alone.
 *
 * @param user the number of the user
 * @param places what the file system says of a path
 * @param isForeign whether the owner with this number is one from outside of this user namespace, so that it may be the system
 */
record FolderTrust(int user, Places places, Predicate<Integer> isForeign) {
    private static final int ROOT = 0;
    private static final int GROUP_WRITE = 0020;
    private static final int OTHERS_WRITE = 0002;
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
     * @param isPrivateGroup whether its group is the user's own, as many systems give each user one
     * @param target where a link leads to
     */
    record Place(int owner, int mode, boolean isFolder, boolean isPrivateGroup, Optional<Path> target) {
        boolean isOpen() {
            return (mode & OTHERS_WRITE) != 0 || (mode & GROUP_WRITE) != 0 && !isPrivateGroup;
        }

        boolean isOnlyForOwner() {
            return (mode & NOT_FOR_USER) == 0;
        }
    }

    /** The file system of this machine. */
    static Optional<Place> place(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Map<String, Object> all = Files.readAttributes(path, "unix:uid,mode,owner,group,isDirectory,isSymbolicLink",
                LinkOption.NOFOLLOW_LINKS);
        Optional<Path> target = (boolean) all.get("isSymbolicLink") ? Optional.of(Files.readSymbolicLink(path)) : Optional.empty();
        return Optional.of(new Place((int) all.get("uid"), (int) all.get("mode"), (boolean) all.get("isDirectory"),
                all.get("group").toString().equals(all.get("owner").toString()), target));
    }

    /** Why the existing {@code folder} cannot be trusted; empty if it can. */
    Optional<String> problem(Path folder) throws IOException {
        return problem(folder.toAbsolutePath().normalize(), true, 0);
    }

    /** As {@link #problem(Path)}, for a folder that something else is to be made in, or that does not exist yet. */
    Optional<String> problemAbove(Path folder) throws IOException {
        return problem(folder.toAbsolutePath().normalize(), false, 0);
    }

    private Optional<String> problem(Path path, boolean isLast, int links) throws IOException {
        if (links > MOST_LINKS) {
            return Optional.of(path + " is behind too many links");
        }
        Path at = path.getRoot();
        for (int i = 0; i <= path.getNameCount(); i++) {
            boolean isEnd = isLast && i == path.getNameCount();
            Optional<Place> found = places.at(at);
            if (found.isEmpty()) {
                return isLast ? Optional.of(at + " does not exist") : Optional.empty();
            }
            Place place = found.get();
            boolean isOwn = place.owner() == user || place.owner() == ROOT;
            if (!isOwn && (isEnd || !isForeign.test(place.owner()))) {
                return Optional.of(at + " belongs to the user with the number " + place.owner() + ", not to you (" + user + ")");
            } else if (place.target().isPresent()) {
                // The folder that the link is in was checked, so the link leads where its owner wants.
                Path end = at.getParent().resolve(place.target().get()).normalize();
                return problem(end.resolve(at.relativize(path)).normalize(), isLast, links + 1);
            } else if (!place.isFolder()) {
                return Optional.of(at + " is not a folder");
            } else if (place.isOpen() && (isEnd || (place.mode() & STICKY) == 0)) {
                return Optional.of(at + " can be written to by other users (mode " + Integer.toOctalString(place.mode() & 07777) + ")");
            }
            at = i < path.getNameCount() ? at.resolve(path.getName(i)) : at;
        }
        return Optional.empty();
    }

    /**
     * Why a file in {@code folder}, which can be trusted itself, cannot be; empty if all can. Only what {@code isLooked} accepts is looked at.
     */
    Optional<String> problemInside(Path folder, Predicate<Path> isLooked) throws IOException {
        if (places.at(folder).filter(Place::isOnlyForOwner).isPresent()) {
            return Optional.empty();
        }
        Path real = folder.toRealPath();
        try (Stream<Path> all = Files.walk(real)) {
            for (Path path : (Iterable<Path>) all.filter(p -> !p.equals(real) && isLooked.test(real.relativize(p)))::iterator) {
                Optional<Place> place = places.at(path);
                if (place.isPresent() && place.get().target().isPresent() ? !path.toRealPath().startsWith(real)
                        : place.isPresent() && place.get().isOpen()) {
                    return Optional.of(path + (place.get().target().isPresent() ? " leads out of the folder"
                            : " can be written to by other users"));
                } else if (place.isPresent() && place.get().owner() != user && place.get().owner() != ROOT) {
                    return Optional.of(path + " belongs to the user with the number " + place.get().owner());
                }
            }
            return Optional.empty();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
