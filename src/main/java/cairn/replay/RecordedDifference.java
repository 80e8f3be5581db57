package cairn.replay;

/**
 * A number that a replay gives and that differs from the recorded one.
 *
 * @param step the step
 * @param series the series of the journal
 * @param recorded the recorded value
 * @param replayed the value of the replay
 */
public record RecordedDifference(long step, String series, String recorded, String replayed) {

    @Override
    public String toString() {
        return "at step " + step + ", " + series + " is " + replayed + ", recorded was " + recorded;
    }
}
