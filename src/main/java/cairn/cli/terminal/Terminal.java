package cairn.cli.terminal;

/** Whether a person looks at what a process writes, and how wide the window is. */
public interface Terminal {
    /** The width that lines are made for where nobody knows it. */
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

    /** Columns of the window now. */
    int width();

    /** Whether the terminal's character set has {@code c}. */
    boolean canDraw(char c);
}
