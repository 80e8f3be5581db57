package cairn.run;

import cairn.recipe.Position;

/**
 * Lets a training wait between two steps, such as for somebody who looks. It gets no state, so it changes no number: only when the next step
 * is made.
 */
public interface Pace {
    /** As fast as it can. */
    Pace FREE = new Pace() {
        @Override
        public void await(Position now, Runnable rest) {
        }

        @Override
        public boolean isStepwise() {
            return false;
        }
    };

    /**
     * Called before each step; returns when the step may be made, or when the training should look again whether it has to stop.
     *
     * @param rest hands over to other processes what is recorded so far; called before a wait, and now and then
     */
    void await(Position now, Runnable rest);

    /** Whether each step is made alone. Otherwise a GPU makes several at once, and none of them can be waited for. */
    boolean isStepwise();
}
