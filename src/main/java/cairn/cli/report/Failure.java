package cairn.cli.report;

import cairn.checkpoint.NotDeterministicException;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.data.source.MissingDataException;
import cairn.disk.FolderInUseException;
import cairn.machine.BackendException;
import cairn.machine.Build;
import cairn.machine.LibraryFolder;
import cairn.recipe.RecipeException;
import cairn.recovery.TrainingFaultException;
import cairn.replay.DifferentStepException;
import cairn.run.ResumeGradeException;
import cairn.state.MemoryException;
import cairn.state.RestoreException;
import cairn.words.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/**
 * What a user reads about an exception.
 *
 * @param exitCode of the process
 * @param message what failed, where, and what to do
 */
public record Failure(int exitCode, String message) {

    public static Failure of(Throwable thrown) {
        if (thrown instanceof UncheckedIOException e) {
            return of(e.getCause());
        } else if (thrown instanceof CommandException e) {
            return new Failure(e.exitCode(), e.getMessage());
        } else if (thrown instanceof FolderInUseException || thrown instanceof FileAlreadyExistsException) {
            return new Failure(ExitCode.REFUSED, ofFile((IOException) thrown));
        } else if (thrown instanceof RecipeException || thrown instanceof IllegalArgumentException) {
            return new Failure(ExitCode.USAGE, thrown.getMessage());
        } else if (thrown instanceof MissingDataException) {
            return new Failure(ExitCode.FAILED, thrown.getMessage()
                    + "\n  or with the option --data FOLDER; a run that is resumed remembers it");
        } else if (thrown instanceof IOException e) {
            return new Failure(ExitCode.FAILED, ofFile(e));
        } else if (thrown instanceof BackendException) {
            return new Failure(ExitCode.FAILED, thrown.getMessage());
        } else if (thrown instanceof ExceptionInInitializerError && thrown.getCause() instanceof BackendException) {
            return of(thrown.getCause());
        } else if (thrown instanceof ResumeGradeException || thrown instanceof DifferentStepException) {
            return new Failure(ExitCode.REFUSED, thrown.getMessage());
        } else if (thrown instanceof RestoreException || thrown instanceof TrainingFaultException
                || thrown instanceof MemoryException || thrown instanceof NotDeterministicException) {
            return new Failure(ExitCode.FAILED, thrown.getMessage());
        } else if (thrown instanceof InterruptedException) {
            return new Failure(ExitCode.SIGNALLED + 2, "interrupted");
        } else if (thrown instanceof OutOfMemoryError e) {
            return new Failure(ExitCode.FAILED, OutOfMemory.message(e));
        } else if (thrown instanceof ArithmeticException) {
            return new Failure(ExitCode.FAILED, "a size is too large to compute with (" + thrown.getMessage()
                    + "). No array has more than 2147483639 elements: use a smaller model, smaller batches or fewer rows.");
        } else if (thrown instanceof LinkageError) {
            return new Failure(ExitCode.FAILED, ofLibrary(thrown));
        }
        return new Failure(ExitCode.FAILED, "this should not happen: " + thrown + "\nPlease report it, with the output of --debug.");
    }

    /** Adds the problem to the messages of Java's own exceptions, which are only a path. */
    private static String ofFile(IOException e) {
        if (e instanceof FileSystemException file && file.getReason() == null) {
            String what = e instanceof NoSuchFileException ? "there is no "
                    : e instanceof AccessDeniedException ? "no permission to use "
                    : e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException ? "not a folder: "
                    : e.getClass().getSimpleName() + ": ";
            return what + Printable.line(String.valueOf(file.getFile()));
        } else if (e instanceof CharacterCodingException) {
            return "the file is not text in UTF-8";
        }
        String message = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
        // The name of a file may have a line break in it, and a reason of Cairn's own may have one too.
        return e instanceof FileSystemException file && file.getFile() != null
                ? message.replace(file.getFile(), Printable.line(file.getFile())) : message;
    }

    /** Another platform is the usual reason, but only if the libraries of this one are not there. */
    private static String ofLibrary(Throwable thrown) {
        if (!Build.isForThisPlatform()) {
            return "this build of Cairn has no native library for this " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + "\nBuild it on this machine: mvn package";
        }
        Throwable root = root(thrown);
        return "cannot load the native library: " + root + (root instanceof UnsatisfiedLinkError ? "\nIt is unpacked into "
                + System.getProperty(LibraryFolder.PROPERTY, "JavaCPP's folder") + " and loaded from there. That needs about 500 MB, on a"
                + " file system from which programs may run.\nTo use another folder: CAIRN_OPTS=-D" + LibraryFolder.PROPERTY + "=FOLDER" : "");
    }

    private static Throwable root(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }
}
