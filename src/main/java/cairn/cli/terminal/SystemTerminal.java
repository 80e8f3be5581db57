package cairn.cli.terminal;

import java.nio.charset.Charset;
import org.jline.nativ.CLibrary;
import org.jline.nativ.Kernel32;

/** The terminal of this process, as JLine's native library sees it. If the library cannot be loaded, Java guesses. */
final class SystemTerminal implements Terminal {
    private static final int ERR = 2;
    /** The property names the folder in which the library is unpacked. It is empty if there is none that is safe from other users. */
    private static final boolean HAS_LIBRARY = !System.getProperty("jline.tmpdir", "any").isEmpty();

    @Override
    public boolean showsErr() {
        if (!HAS_LIBRARY) {
            return System.console() != null;
        }
        try {
            return isWindows() ? Kernel32.isatty(ERR) != 0 : CLibrary.isatty(ERR) != 0;
        } catch (LinkageError | RuntimeException e) {
            return System.console() != null;
        }
    }

    @Override
    public int width() {
        if (!HAS_LIBRARY) {
            return USUAL_WIDTH;
        }
        try {
            int width = isWindows() ? windowsWidth() : unixWidth();
            return width > 0 ? width : USUAL_WIDTH;
        } catch (LinkageError | RuntimeException e) {
            return USUAL_WIDTH;
        }
    }

    private static int unixWidth() {
        CLibrary.WinSize size = new CLibrary.WinSize();
        return CLibrary.ioctl(ERR, CLibrary.TIOCGWINSZ, size) == 0 ? size.ws_col : 0;
    }

    private static int windowsWidth() {
        Kernel32.CONSOLE_SCREEN_BUFFER_INFO info = new Kernel32.CONSOLE_SCREEN_BUFFER_INFO();
        return Kernel32.GetConsoleScreenBufferInfo(Kernel32.GetStdHandle(Kernel32.STD_ERROR_HANDLE), info) != 0 ? info.windowWidth() : 0;
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    @Override
    public boolean canDraw(char c) {
        String charset = System.getProperty("sun.stderr.encoding", System.getProperty("stderr.encoding",
                System.getProperty("native.encoding", "US-ASCII")));
        return Charset.isSupported(charset) && Charset.forName(charset).newEncoder().canEncode(c);
    }
}
