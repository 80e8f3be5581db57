package cairn.cli.terminal;

/** Whether a process writes to a terminal, and how wide its window is. */
public interface Terminal {
    /** The width of lines if the width of the window is unknown. */
    int USUAL_WIDTH = 80;

    Terminal NONE = new Terminal() {
        @Override
        public boolean showsErr() {
            return false;
        }

        @Override
        public int width() {
            return USUAL_WIDTH;
        }

        @Override
        public boolean canDraw(char c) {
            return false;
        }
    };

    /** Whether standard error goes to a terminal. */
    boolean showsErr();

    /** Columns of the window at this moment. */
    int width();

    /** Whether the terminal's character set has {@code c}. */
    boolean canDraw(char c);
}
